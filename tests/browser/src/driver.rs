//! A WebDriver session: the commands of the standard, and chromedriver's own for the DevTools
//! protocol.

use std::time::Duration;

use serde_json::{Value, json};

/// The longest answer is a picture of the page.
const LONGEST_ANSWER: u64 = 64 << 20;

/// The key under which the standard puts a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Why the driver did not do something: the standard's short code, and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Such as `no such element`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// A browser under control. Ends when it is dropped.
pub struct Session {
    agent: ureq::Agent,
    address: String,
}

/// An element of the page, for as long as it is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element(String);

impl Session {
    /// Asks the driver at `driver`, such as `http://127.0.0.1:9515`, for a browser.
    pub fn start(driver: &str, capabilities: &Value) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        let mut session = Self { agent: config.into(), address: format!("{driver}/session") };
        let answer = session
            .post("", &json!({ "capabilities": { "alwaysMatch": capabilities } }))
            .unwrap_or_else(|refusal| panic!("the browser does not start: {}", refusal.message));
        let id = answer["sessionId"].as_str().expect("a session has an id");
        session.address = format!("{}/{id}", session.address);
        session
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Refusal> {
        read(self.agent.post(format!("{}{path}", self.address)).send_json(body))
    }

    fn get(&self, path: &str) -> Result<Value, Refusal> {
        read(self.agent.get(format!("{}{path}", self.address)).call())
    }

    #[track_caller]
    fn must(&self, path: &str, body: &Value) -> Value {
        self.post(path, body).unwrap_or_else(|refusal| {
            panic!("the browser refused {path}: {}: {}", refusal.code, refusal.message)
        })
    }

    /// Loads `url`. Another fragment of the same page is no new page.
    pub fn go(&self, url: &str) {
        self.must("/url", &json!({ "url": url }));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.must("/refresh", &json!({}));
    }

    /// The address bar.
    pub fn address(&self) -> String {
        self.get("/url").ok().and_then(|url| url.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Runs the body of a function with `arguments`, and gives what it returns.
    pub fn try_script(&self, body: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        self.post("/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// The same, where nothing can go wrong.
    #[track_caller]
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.try_script(body, arguments)
            .unwrap_or_else(|refusal| panic!("a script failed: {}\n{body}", refusal.message))
    }

    /// Runs the body of an async function, and gives what its promise holds.
    #[track_caller]
    pub fn promise(&self, body: &str, arguments: &[Value]) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; \
             (async function () {{ {body} }})(...arguments).then(done, (error) => done({{ error: String(error) }}));"
        );
        let value = self.must("/execute/async", &json!({ "script": script, "args": arguments }));
        match value.get("error") {
            Some(error) => panic!("a script failed: {error}\n{body}"),
            None => value,
        }
    }

    /// The first element that `selector` finds now.
    pub fn find(&self, selector: &str) -> Result<Element, Refusal> {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }))?;
        element(&found).ok_or_else(|| Refusal { code: "no such element".into(), message: selector.into() })
    }

    /// The element that a script returns.
    pub fn find_by(&self, body: &str, arguments: &[Value]) -> Result<Element, Refusal> {
        let found = self.try_script(body, arguments)?;
        element(&found).ok_or_else(|| Refusal { code: "no such element".into(), message: body.into() })
    }

    /// Clicks in the middle of `element`, after bringing it into view.
    pub fn click(&self, element: &Element) -> Result<(), Refusal> {
        self.post(&format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Clicks at a point of the window, in CSS pixels.
    pub fn click_at(&self, x: f64, y: f64) {
        let actions = json!([
            { "type": "pointerMove", "duration": 0, "x": x.round(), "y": y.round() },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        self.act(&json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions }));
    }

    /// Brings the mouse to a point of the window, in CSS pixels.
    pub fn move_to(&self, x: f64, y: f64) {
        let step = |x: f64| json!({ "type": "pointerMove", "duration": 0, "x": x.round(), "y": y.round() });
        // Two steps: what is under the mouse counts as entered only after a move inside of it.
        let actions = json!([step(x + 2.0), step(x)]);
        self.act(&json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions }));
    }

    /// Turns the wheel over a point of the window by `by` CSS pixels, downwards if positive.
    pub fn wheel(&self, x: f64, y: f64, by: i32) {
        // The standard takes whole numbers only; a rounded float is none in JSON.
        let (x, y) = (x.round() as i64, y.round() as i64);
        let turn = json!({ "type": "scroll", "duration": 0, "x": x, "y": y, "deltaX": 0, "deltaY": by });
        self.act(&json!({ "type": "wheel", "id": "wheel", "actions": [turn] }));
    }

    /// Presses and lets go each key in turn; whatever has the focus gets them.
    pub fn type_keys(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| [("keyDown", key), ("keyUp", key)])
            .map(|(kind, key)| json!({ "type": kind, "value": key }))
            .collect();
        self.act(&json!({ "type": "key", "id": "keyboard", "actions": actions }));
    }

    /// Holds all keys but the last, presses that, and lets go.
    pub fn chord(&self, keys: &[char]) {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.act(&json!({ "type": "key", "id": "keyboard", "actions": actions }));
    }

    #[track_caller]
    fn act(&self, source: &Value) {
        self.must("/actions", &json!({ "actions": [source] }));
    }

    /// Types `path` into a file field.
    pub fn choose_file(&self, field: &Element, path: &str) {
        self.must(&format!("/element/{}/value", field.0), &json!({ "text": path }));
    }

    /// Sends a command of the DevTools protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.must("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Grants a permission to the page that is open.
    pub fn grant(&self, permission: &str) {
        self.must("/permissions", &json!({ "descriptor": { "name": permission }, "state": "granted" }));
    }

    /// What was written to the console since the last look: level and message.
    pub fn console(&self) -> Vec<(String, String)> {
        let entries = self.post("/se/log", &json!({ "type": "browser" })).unwrap_or_default();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries
            .as_array()
            .map(|entries| {
                entries.iter().map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
            })
            .unwrap_or_default()
    }

    /// The page as a PNG, as large as the window.
    pub fn picture(&self) -> Option<Vec<u8>> {
        use base64::Engine as _;
        let picture = self.get("/screenshot").ok()?;
        base64::engine::general_purpose::STANDARD.decode(picture.as_str()?).ok()
    }

    /// The tab that commands go to.
    pub fn tab(&self) -> String {
        self.get("/window").ok().and_then(|tab| tab.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Opens an empty tab beside it, and goes there.
    pub fn new_tab(&self) -> String {
        let tab = self.must("/window/new", &json!({ "type": "tab" }));
        let tab = tab["handle"].as_str().expect("a tab has a handle").to_owned();
        self.go_to_tab(&tab);
        tab
    }

    /// Brings `tab` to the front; commands go there from now on.
    pub fn go_to_tab(&self, tab: &str) {
        self.must("/window", &json!({ "handle": tab }));
    }

    /// Makes the window `width` by `height` CSS pixels; one as narrow as a phone's behaves as such,
    /// with a screen that is touched.
    pub fn resize(&self, width: u32, height: u32) {
        let mobile = width < 600;
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile }),
        );
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": mobile }));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nothing is left to do when the browser has gone already.
        let _ = self.agent.delete(&self.address).call();
    }
}

fn element(value: &Value) -> Option<Element> {
    value.get(ELEMENT)?.as_str().map(|id| Element(id.to_owned()))
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, Refusal> {
    let lost = |error: ureq::Error| Refusal { code: "no answer".into(), message: error.to_string() };
    let mut answer = answer.map_err(lost)?;
    let mut value: Value = answer.body_mut().with_config().limit(LONGEST_ANSWER).read_json().map_err(lost)?;
    let value = value["value"].take();
    match value["error"].as_str() {
        Some(code) => Err(Refusal {
            code: code.to_owned(),
            message: value["message"]
                .as_str()
                .unwrap_or_default()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }),
        None => Ok(value),
    }
}
