// What was typed on a scorecard and is not yet on the server, kept in this browser: per account, so that nobody else's page picks it up.
const prefix = "screening-scorecard";

export function keeper(account, card) {
  const name = `${prefix}:${account}:${card}`;
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(name)) ?? null;
      } catch {
        return null;
      }
    },
    // False where the browser refuses to keep anything (private windows, full storage).
    write(value) {
      try {
        localStorage.setItem(name, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
    forget() {
      try {
        localStorage.removeItem(name);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

// On the page of a frozen card there is nothing left to send.
const frozen = document.querySelector("[data-frozen-scorecard]");
if (frozen) keeper(frozen.dataset.account, frozen.dataset.frozenScorecard).forget();
