/** What a unit's function takes: the CPU's address, the number of the entry, the page's address, the fuel. */
export const unitParameters = ["i32", "i32", "i64", "i32"] as const;
export const parameters = { cpu: 0, entry: 1, page: 2, fuel: 3 } as const;
