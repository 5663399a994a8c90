import { banner } from "./banner.ts";
import { render } from "./render.ts";

/** kept.h: what of the table a kernel has beside the calls. One that is cut has no names: whoever reads its record has. */
export const emitKeptHeader = (isCut: boolean): string =>
  render("core/kept.h.hbs", { banner: banner("spec/"), names: isCut ? 0 : 1 });
