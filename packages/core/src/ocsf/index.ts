export { validate } from "./validate.ts";
export { validateLine, validateText } from "./validate-text.ts";
