import type { Arch } from "../../runtime-abi/arch.ts";
import { constantFamilies, constantOn } from "../../runtime-abi/constants.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import { type ElementType, type Layout, layOut, type Member } from "../../runtime-abi/layout.ts";
import { structs } from "../../runtime-abi/structs.ts";
import { banner } from "./banner.ts";
import { cLiteral } from "./c-literal.ts";
import { render } from "./render.ts";

const cType = (type: ElementType): string => {
  if (type === "ptr") return "uptr";
  return type.startsWith("struct ") ? `struct abi_${type.slice("struct ".length)}` : type;
};

const declare = (member: Member, indent: string): readonly string[] => {
  if (member.kind === "field")
    return [
      `${indent}${cType(member.type)} ${member.name}${member.count === undefined ? "" : `[${member.count}]`};`,
    ];
  const alternatives = member.alternatives.flatMap((members) => [
    `${indent}    struct {`,
    ...members.flatMap((inner) => declare(inner, `${indent}        `)),
    `${indent}    };`,
  ]);
  return [`${indent}union {`, ...alternatives, `${indent}};`];
};

const attributes = ({ packed, wantedAlign }: Layout): string =>
  `${packed ? " PACKED" : ""}${wantedAlign === undefined ? "" : ` ALIGNED(${wantedAlign})`}`;

/** abi.h: every constant and struct of runtime-abi/ that exists on the architecture, sizes and offsets asserted. */
export const emitAbiHeader = (arch: Arch): string => {
  const groups = Object.entries(constantFamilies).flatMap(([family, members]) =>
    Object.entries(members).map(([name, values]) => ({
      family,
      name,
      constants: Object.keys(values).flatMap((constant) => {
        const value = constantOn(constant, arch);
        return value === undefined ? [] : [{ name: constant, value: cLiteral(value) }];
      }),
    })),
  );
  const layouts = [...layOut(structs, arch).values()];
  return render("core/abi.h.hbs", {
    banner: banner("runtime-abi/"),
    arch,
    errnos: Object.entries(errnos).map(([name, { value }]) => ({ name, value })),
    groups: groups.filter(({ constants }) => constants.length > 0),
    structs: layouts.map((layout) => ({
      name: layout.name,
      size: layout.size,
      attributes: attributes(layout),
      lines: layout.members.flatMap((member) => declare(member, "    ")),
      fields: layout.fields.map(({ name, offset }) => ({ name, offset })),
    })),
  });
};
