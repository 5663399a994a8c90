/** A C literal of the smallest type that holds the value: int, then unsigned, then unsigned long long. */
export const cLiteral = (value: bigint): string => {
  if (value < 0n) return `(${value})`;
  const digits = value < 16n ? `${value}` : `0x${value.toString(16)}`;
  if (value > 0xffff_ffffn) return `${digits}ull`;
  return value > 0x7fff_ffffn ? `${digits}u` : digits;
};
