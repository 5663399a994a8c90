/**
 * Why instructions leave for TypeScript instead of being meanings: the reason, then the names that rows give to `custom`.
 * `laws/customs.ts` holds this against the rows; a name that no row uses is as wrong as one that is missing.
 */
export const whyCustom: Readonly<Record<string, string>> = {
  "repeats over pages, and can be left and resumed between two elements": `repeatMove repeatStore repeatLoad
    repeatCompareWhileEqual repeatCompareUntilEqual repeatScanWhileEqual repeatScanUntilEqual`,
  "copies as many frame pointers as its operand says": "enterNested",
  "delivers through descriptor tables, with a stack of its own and checks of privilege": `softwareInterrupt
    debugInterrupt interruptReturn farJump farCall farReturn`,
  "reads a descriptor, checks it and fills the hidden part of a segment register": `loadSegment popSegment
    loadFarPointer loadLocalTable loadTask loadRights loadLimit verify`,
  "changes the privilege, and so the decoding; whoever traces calls hears of it": "systemCall systemReturn",
  "may let an interrupt in, or waits for one": "flagsChanged enableInterrupts halt",
  "changes how addresses are translated: TLB entries go, the decoding may be another": `writeControl loadStatusWord
    flushPage setAccess`,
  "many registers behind one number, each with its own rules": `readControl readDebug writeDebug readMsr writeMsr
    writeExtended readExtended cpuid`,
  "moves a structure of the CPU's between registers and memory": `loadGdt loadIdt storeGdt storeIdt fxsave fxrstor xsave
    xrstor`,
  "asks the machine: a device, or the time": `readPort writePort readPortToMemory writePortFromMemory readTimeStamp`,
};
