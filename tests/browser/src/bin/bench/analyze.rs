//! The checks as WebAssembly in a page that holds nothing else, beside those of agnix-core, on the
//! same files in turns.

use browser_tests::browser::Browser;
use browser_tests::{site, stage};
use serde_json::{Value, json};

/// The programs take turns so often.
const TURNS: usize = 3;

/// How often each file is looked at in a turn: a browser's clock knows tenths of a millisecond.
const TIMES: usize = 20;

/// What is timed: a name, the program, and what is called before.
const PROGRAMS: [(&str, &str, &str); 3] =
    [("agnix", "agnix.wasm", ""), ("page", "own.wasm", "as_the_page"), ("all", "own.wasm", "")];

/// Loads a program and looks at each file once, so that nothing is compiled while time is taken.
const LOAD: &str = r#"
const [name, file, first] = arguments;
const files = (window.files ??= await (await fetch("files.json")).json());
const module = await WebAssembly.compileStreaming(fetch(file));
// A program for pages may want what wasm-bindgen gives it, which none of them uses here.
const wanted = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  (wanted[from] ??= {})[name] = () => { throw new Error(`${file} calls ${name}`); };
}
const program = (await WebAssembly.instantiate(module, wanted)).exports;
if (first) program[first]();
const encoder = new TextEncoder();
const open = ([path, text]) => {
  const [head, body] = [path, text].map((it) => encoder.encode(it));
  const at = program.room(head.length + body.length);
  const room = new Uint8Array(program.memory.buffer, at, head.length + body.length);
  room.set(head);
  room.set(body, head.length);
  program.open(head.length);
};
let found = 0;
for (const file of files) {
  open(file);
  found += program.look(1);
}
(window.programs ??= {})[name] = { open, look: program.look };
return found;
"#;

/// The microseconds for each file.
const TURN: &str = r#"
const [name, times] = arguments;
const { open, look } = window.programs[name];
return window.files.map((file) => {
  open(file);
  const start = performance.now();
  look(times);
  return (1000 * (performance.now() - start)) / times;
});
"#;

/// Gives for each program how much it finds in all files, and the microseconds for each file: the
/// median of its turns.
pub fn analyze() -> Value {
    let browser = Browser::new();
    browser.go(&site::folder_server(stage::peers(), "/", ""));
    let mut found = Vec::new();
    for (name, file, first) in PROGRAMS {
        found.push(browser.promise(LOAD, &[json!(name), json!(file), json!(first)]));
    }
    let mut turns = PROGRAMS.map(|_| Vec::new());
    for _ in 0..TURNS {
        for ((name, ..), turns) in PROGRAMS.iter().zip(&mut turns) {
            let times = browser.promise(TURN, &[json!(name), json!(TIMES)]);
            turns.push(
                times
                    .as_array()
                    .expect("a turn gives a list")
                    .iter()
                    .filter_map(Value::as_f64)
                    .collect::<Vec<f64>>(),
            );
        }
    }
    let mut numbers = json!({});
    for (((name, ..), turns), found) in PROGRAMS.iter().zip(turns).zip(found) {
        let files = turns.iter().map(Vec::len).min().unwrap_or(0);
        let middle = |file: usize| {
            let mut times: Vec<f64> = turns.iter().map(|turn| turn[file]).collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        numbers[*name] = json!({ "found": found, "us": (0..files).map(middle).collect::<Vec<f64>>() });
    }
    numbers
}
