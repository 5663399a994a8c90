/** How a machine ends: what its power and reset devices tell it. */
export type Ending =
  /** A device that exists to end a test said so, with a status. */
  | { readonly how: "exit"; readonly status: number }
  | { readonly how: "power-off" /** Firmware was told that something failed. */; readonly failed: boolean }
  | { readonly how: "reset" }
  /** A CPU cannot go on; `reason` says in a few words why. */
  | { readonly how: "shutdown"; readonly cpu: number; readonly reason: string };

export type EndMachine = (ending: Ending) => void;
