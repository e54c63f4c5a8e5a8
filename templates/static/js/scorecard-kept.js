// What was typed on a scorecard and is not yet on the server, kept in this browser: per account, so that nobody else's page picks it up.
const prefix = "screening-scorecard:";
const LONGEST = 30 * 24 * 60 * 60 * 1000;

function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? null;
  } catch {
    return null;
  }
}

export function keeper(account, card) {
  const name = `${prefix}${account}:${card}`;
  return {
    read: () => stored(name),
    // False where the browser refuses to keep anything (private windows, full storage).
    write(value) {
      try {
        localStorage.setItem(name, JSON.stringify({ ...value, at: Date.now() }));
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

// What nobody came back for goes, whosever it is: where the card or the person is gone there is no page left that would let go of it.
function letGo() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
    for (const name of names) if (!(stored(name)?.at > Date.now() - LONGEST)) localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

letGo();
// On the page of a frozen card there is nothing left to send.
const frozen = document.querySelector("[data-frozen-scorecard]");
if (frozen) keeper(frozen.dataset.account, frozen.dataset.frozenScorecard).forget();
