"""HTTP input -> checked values. A form says whether input is well-formed; whether it is allowed is for the services."""
