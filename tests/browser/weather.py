"""Bad weather for journeys: colleagues who change everything all the time (`--restless 1`), a slow machine (`--slow`).

What passes in the sun must pass here, too: whoever works with others is disturbed at any moment.
"""

import zlib

SLOWER = 4
LATENCY = 150  # ms
RESTLESS = """
    (() => {
        let state = %d;
        const random = () => {  // mulberry32
            let t = (state += 0x6d2b79f5);
            t = Math.imul(t ^ (t >>> 15), t | 1);
            t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
            return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
        };
        const disturb = () => {
            const shown = new Set([...document.querySelectorAll("[data-record]")].map((each) => each.dataset.record));
            const names = [...shown].filter(() => random() < 0.3);
            const kinds = names.map((name) => `${name.split(":")[0]}:*`);
            const value = random() < 0.3 ? "*" : (random() < 0.3 ? kinds : names).join(" ");
            if (value) document.dispatchEvent(new CustomEvent("changed", { detail: { value } }));
            setTimeout(disturb, 20 + random() * 600);
        };
        addEventListener("DOMContentLoaded", () => setTimeout(disturb, random() * 400));
    })();
"""


def disturb(context, test, seed):
    """Let the pages of this browser hear at random moments that something, or everything, was changed by others."""
    context.add_init_script(RESTLESS % zlib.crc32(f"{seed} {test}".encode()))


def slow_down(page):
    """A quarter of this machine's speed, and a server that is far away."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    conditions = {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", conditions)
