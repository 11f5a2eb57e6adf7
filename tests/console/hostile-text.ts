/** A text as an attacker puts it into an event, a name or a SIEM's answer: markup, a link, turned around, endless. */
export const hostileText = [
  "<img src=x onerror=\"window.wasHere='markup'\">",
  "<script>window.wasHere='script'</script>",
  "{{constructor.constructor('window.wasHere=1')()}}",
  "[sign in again](javascript:window.wasHere='link') https://phish.example/console",
  "\u202Egpj.exe\u2066\u200Bhidden\u0007",
  "W".repeat(400),
].join(" ");
