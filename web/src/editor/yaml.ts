// YAML, read line by line: an unfinished or broken line does not recolour the ones below it.

import { StreamLanguage } from "@codemirror/language";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { tags } from "@lezer/highlight";

/** The front matter's language, and that of YAML in fenced code. */
export const yamlLanguage = /*@__PURE__*/ StreamLanguage.define({
  ...yaml,
  tokenTable: { atom: tags.propertyName, meta: tags.punctuation, keyword: tags.bool },
});
