// A way to break the core, as a fault in it would.

/** Every wasm instance with a memory of its own made while `act` runs: its second half belongs to it. */
export async function instances(act) {
  const { Instance } = WebAssembly
  const made = []
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given)
      if (this.exports.memory) made.push(this)
    }
  }
  try {
    await act(made)
  } finally {
    WebAssembly.Instance = Instance
  }
}

/** Breaks an instance for good: what it has in memory is nonsense from now on. */
export const ruin = (instance) => new Uint8Array(instance.exports.memory.buffer).fill(0xff)
