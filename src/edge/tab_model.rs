//! A model that runs in this tab, behind its module.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortController, AbortSignal, File};

use super::endpoint::{Endpoint, Line, Running};
use super::module::{self, message};
use crate::core::chat::endpoint::{MODELS, TabSource};
use crate::core::chat::tab::{Stored, TabStatus, outcome};
use crate::core::chat::{Ask, ChatError, ChatEvent, Message, Role, openai};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = agentPlayground, js_name = loadModel)]
    fn load_module() -> Result<Promise, JsValue>;

    type Module;
    #[wasm_bindgen(method, getter, js_name = TabModel)]
    fn class(this: &Module) -> Class;

    type Class;
    #[wasm_bindgen(method, catch)]
    fn load(
        this: &Class,
        source: &JsValue,
        options: &Object,
        abort: Option<&AbortSignal>,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = cachedSize)]
    fn cached_size(this: &Class, url: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeCached)]
    fn remove_cached(this: &Class, url: &str) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    type Handle;
    #[wasm_bindgen(method, catch)]
    fn prime(
        this: &Handle,
        system: &str,
        progress: &Closure<dyn FnMut(f64, f64)>,
        abort: Option<&AbortSignal>,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn chat(
        this: &Handle,
        messages: &str,
        on_delta: &Closure<dyn FnMut(String)>,
        settings: &str,
        abort: Option<&AbortSignal>,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn unload(this: &Handle) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn dead(this: &Handle) -> bool;
}

async fn class() -> Option<Class> {
    let module = JsFuture::from(load_module().ok()?).await.ok()?;
    Some(module.unchecked_into::<Module>().class())
}

/// `url` as the browser resolves it beside the page.
fn absolute(url: &str) -> String {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten());
    let resolved = base.and_then(|base| web_sys::Url::new_with_base(url, &base).ok());
    resolved.map_or_else(|| url.to_owned(), |url| url.href())
}

/// How many bytes of the weights at `url` the browser holds; 0 where it holds none.
pub async fn cached_size(url: &str) -> u64 {
    let Some(class) = class().await else { return 0 };
    let Ok(promise) = class.cached_size(&absolute(url)) else { return 0 };
    JsFuture::from(promise).await.ok().and_then(|size| size.as_f64()).map_or(0, |size| size as u64)
}

/// The weights that the browser holds from other places than beside the page.
pub async fn stored_elsewhere() -> Vec<Stored> {
    let Some(class) = class().await else { return Vec::new() };
    let list = module::call(&class, "stored", &JsValue::UNDEFINED).await.ok();
    Stored::elsewhere(&list.and_then(|list| list.as_string()).unwrap_or_default(), &absolute(MODELS))
}

/// Takes the weights from `url` out of the browser's storage.
pub async fn remove_cached(url: &str) {
    if let Some(class) = class().await
        && let Ok(promise) = class.remove_cached(&absolute(url))
    {
        let _ = JsFuture::from(promise).await;
    }
}

/// The one model of this tab: at most one is in memory, and it does one thing at a time.
#[derive(Clone)]
pub struct TabModel(Rc<Inner>);

struct Inner {
    told: Box<dyn Fn(TabStatus)>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// The model in memory and where it came from.
    model: Option<(TabSource, Handle)>,
    /// The file that was picked last, and its name: with it the model can be loaded again.
    picked: Option<(String, File)>,
    /// Why there is none, after loading one failed.
    failure: Option<ChatError>,
    /// The prompt that its cache begins with.
    read: Option<String>,
    loading: Option<AbortController>,
    /// The prompt that is being read in the background.
    reading: Option<(String, AbortController)>,
    /// Done when everything that was asked for so far is done.
    tail: Option<Promise>,
}

impl TabModel {
    /// No model yet. How far it is, is told to `told`.
    pub fn new(told: impl Fn(TabStatus) + 'static) -> Self {
        Self(Rc::new(Inner { told: Box::new(told), state: RefCell::default() }))
    }

    /// Whether the weights of `source` are in memory.
    pub fn holds(&self, source: &TabSource) -> bool {
        self.0.state.borrow().model.as_ref().is_some_and(|(held, _)| held == source)
    }

    /// Loads the weights of `source`, from `file` where they were picked now and else from the file
    /// that was picked before; downloads what the browser does not hold. Takes the place of any other model.
    pub fn load(&self, source: TabSource, file: Option<File>) {
        self.unload();
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let file = self.0.picked(&source, file);
        self.0.state.borrow_mut().loading = controller;
        (self.0.told)(TabStatus::Loading { loaded: 0, total: 0 });
        let inner = Rc::clone(&self.0);
        self.enqueue(async move {
            let result = inner.load(&source, file, signal.as_ref()).await;
            if signal.is_some_and(|signal| signal.aborted()) {
                return;
            }
            inner.state.borrow_mut().loading = None;
            let status = match result {
                Ok(handle) => {
                    inner.state.borrow_mut().model = Some((source, handle));
                    TabStatus::Ready
                }
                Err(Some(error)) => {
                    inner.state.borrow_mut().failure = Some(error.clone());
                    TabStatus::Failed(error)
                }
                Err(None) => TabStatus::Absent { cached: false },
            };
            (inner.told)(status);
        });
    }

    /// Stops what is under way and gives the memory back. Says nothing about it.
    pub fn unload(&self) {
        let mut state = self.0.state.borrow_mut();
        (state.read, state.failure) = (None, None);
        for controller in state.loading.take().into_iter().chain(state.reading.take().map(|(_, it)| it)) {
            controller.abort();
        }
        if let Some((_, handle)) = state.model.take() {
            drop(state);
            self.enqueue(async move {
                if let Ok(done) = handle.unload()
                    && let Ok(promise) = done.dyn_into::<Promise>()
                {
                    let _ = JsFuture::from(promise).await;
                }
            });
        }
    }

    /// Reads `prompt` into the model's cache in the background, so that replies begin quickly.
    /// Gives up a reading of another prompt.
    pub fn read(&self, prompt: &str) {
        let Some(controller) = self.begin_reading(prompt) else { return };
        let signal = controller.signal();
        let (inner, prompt) = (Rc::clone(&self.0), prompt.to_owned());
        self.enqueue(async move {
            let Some(handle) = inner.handle() else { return };
            if !signal.aborted() {
                let result = inner.read(&handle, &prompt, Some(&signal)).await;
                if !signal.aborted() {
                    inner.state.borrow_mut().reading = None;
                    let absent = inner.let_go_if_dead(&handle).await;
                    let status = match result {
                        // The next question loads it for the processor; nothing is lost yet.
                        Err(Some(ChatError::GpuLost)) => absent,
                        Err(Some(error)) => Some(TabStatus::Failed(error)),
                        Ok(()) | Err(None) => absent,
                    };
                    (inner.told)(status.unwrap_or(TabStatus::Ready));
                }
            }
        });
    }

    fn begin_reading(&self, prompt: &str) -> Option<AbortController> {
        let mut state = self.0.state.borrow_mut();
        let known = state.read.as_deref() == Some(prompt)
            || state.reading.as_ref().is_some_and(|(reading, _)| reading == prompt);
        if known || state.model.is_none() || prompt.trim().is_empty() {
            return None;
        }
        if let Some((_, controller)) = state.reading.take() {
            controller.abort();
        }
        let controller = AbortController::new().ok()?;
        state.reading = Some((prompt.to_owned(), controller.clone()));
        Some(controller)
    }

    /// Runs `task` when all earlier ones are done.
    fn enqueue(&self, task: impl Future<Output = ()> + 'static) {
        let before = self.0.state.borrow_mut().tail.take();
        let done = future_to_promise(async move {
            if let Some(before) = before {
                let _ = JsFuture::from(before).await;
            }
            task.await;
            Ok(JsValue::UNDEFINED)
        });
        self.0.state.borrow_mut().tail = Some(done);
    }
}

impl Inner {
    fn handle(&self) -> Option<Handle> {
        self.state.borrow().model.as_ref().map(|(_, handle)| handle.clone())
    }

    /// The file to load `source` from, if it is one that was picked.
    fn picked(&self, source: &TabSource, file: Option<File>) -> Option<File> {
        let TabSource::Picked(name) = source else { return file };
        let mut state = self.state.borrow_mut();
        if let Some(file) = file {
            state.picked = Some((name.clone(), file));
        }
        state.picked.as_ref().filter(|(picked, _)| picked == name).map(|(_, file)| file.clone())
    }

    /// Forgets the model if its engine died, so that it can be loaded again: what there is then.
    async fn let_go_if_dead(&self, handle: &Handle) -> Option<TabStatus> {
        if !handle.dead() {
            return None;
        }
        let (source, picked) = {
            let mut state = self.state.borrow_mut();
            state.read = None;
            let (source, _) = state.model.take()?;
            (source, state.picked.is_some())
        };
        let cached = match source.url() {
            Some(url) => cached_size(&url).await > 0,
            None => picked,
        };
        // Another may have been chosen meanwhile.
        let chosen = self.state.borrow().loading.is_some();
        (!chosen).then_some(TabStatus::Absent { cached })
    }

    fn place(&self) -> String {
        self.state.borrow().model.as_ref().map_or_else(String::new, |(source, _)| source.place().to_owned())
    }

    /// The error is `None` where it was told to stop.
    async fn load(
        self: &Rc<Self>,
        source: &TabSource,
        file: Option<File>,
        signal: Option<&AbortSignal>,
    ) -> Result<Handle, Option<ChatError>> {
        let place = source.place();
        let weights: JsValue = match (file, source.url()) {
            (Some(file), _) => file.into(),
            (None, Some(url)) => absolute(&url).into(),
            (None, None) => return Err(Some(ChatError::PickAgain { file: place.to_owned() })),
        };
        let Some(class) = class().await else {
            return Err(Some(ChatError::Download { place: "this site".into() }));
        };
        let inner = Rc::clone(self);
        let told_to = signal.cloned();
        let progress = Closure::<dyn FnMut(f64, f64)>::new(move |loaded: f64, total: f64| {
            if !told_to.as_ref().is_some_and(AbortSignal::aborted) {
                (inner.told)(TabStatus::Loading { loaded: loaded as u64, total: total as u64 });
            }
        });
        let options = Object::new();
        let _ = Reflect::set(&options, &"progress".into(), progress.as_ref());
        let fail = |error: JsValue| ChatError::from_tab(&message(&error), place);
        let promise = class.load(&weights, &options, signal).map_err(fail)?;
        Ok(JsFuture::from(promise).await.map_err(fail)?.unchecked_into())
    }

    /// The error is `None` where it was told to stop.
    async fn read(
        self: &Rc<Self>,
        handle: &Handle,
        prompt: &str,
        signal: Option<&AbortSignal>,
    ) -> Result<(), Option<ChatError>> {
        (self.told)(TabStatus::Reading { done: 0, total: 0 });
        self.state.borrow_mut().read = None;
        let inner = Rc::clone(self);
        let told_to = signal.cloned();
        let progress = Closure::<dyn FnMut(f64, f64)>::new(move |done: f64, total: f64| {
            if !told_to.as_ref().is_some_and(AbortSignal::aborted) {
                (inner.told)(TabStatus::Reading { done: done as u64, total: total as u64 });
            }
        });
        let fail = |error: JsValue| ChatError::from_tab(&message(&error), &self.place());
        let promise = handle.prime(prompt, &progress, signal).map_err(fail)?;
        JsFuture::from(promise).await.map_err(fail)?;
        self.state.borrow_mut().read = Some(prompt.to_owned());
        Ok(())
    }

    async fn reply(self: &Rc<Self>, ask: &Ask, line: &Rc<RefCell<Line>>) -> Result<(), ChatError> {
        let signal = line.borrow().signal().cloned();
        let live = || line.borrow().is_live();
        let Some(handle) = self.handle().filter(|_| live()) else {
            let failure = self.state.borrow_mut().failure.take();
            return if live() { Err(failure.unwrap_or(ChatError::Tab { said: None })) } else { Ok(()) };
        };
        let prompt = &*system(&ask.messages);
        if !prompt.is_empty() && self.state.borrow().read.as_deref() != Some(prompt) {
            let read = self.read(&handle, prompt, signal.as_ref()).await;
            (self.told)(TabStatus::Ready);
            match read {
                Ok(()) => {}
                Err(Some(error)) => return Err(error),
                Err(None) => return Ok(()),
            }
        }
        line.borrow().sent(None);
        line.borrow_mut().tell(ChatEvent::Started);
        let deltas = Rc::clone(line);
        let on_delta = Closure::<dyn FnMut(String)>::new(move |text: String| {
            deltas.borrow().received(text.as_bytes());
            deltas.borrow().event_ends();
            deltas.borrow_mut().tell(ChatEvent::Delta(text));
        });
        let json = openai::messages(&ask.messages);
        let place = self.place();
        let result = match handle.chat(&json, &on_delta, &ask.settings.to_stored(), signal.as_ref()) {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        let report = match result {
            Ok(report) => report.as_string().unwrap_or_default(),
            Err(error) => return ChatError::from_tab(&message(&error), &place).map_or(Ok(()), Err),
        };
        line.borrow().note(&report);
        let (usage, reason) = outcome(&report);
        line.borrow_mut().tell(ChatEvent::Usage(usage));
        line.borrow_mut().tell(ChatEvent::Finished { reason });
        Ok(())
    }
}

fn system(messages: &[Message]) -> Cow<'_, str> {
    messages.first().filter(|first| first.role == Role::System).map_or("".into(), Message::text)
}

impl Endpoint for TabModel {
    fn start(&self, ask: Ask, on_event: Box<dyn FnMut(ChatEvent)>) -> Running {
        let (running, line) = Running::new(on_event);
        // A reading of the same prompt is waited for; one of another is in the way.
        {
            let mut state = self.0.state.borrow_mut();
            if let Some((_, controller)) =
                state.reading.take_if(|(prompt, _)| *prompt != system(&ask.messages))
            {
                controller.abort();
            }
        }
        let inner = Rc::clone(&self.0);
        let line = Rc::new(RefCell::new(line));
        self.enqueue(async move {
            let handle = inner.handle();
            let result = inner.reply(&ask, &line).await;
            if let Some(handle) = handle
                && let Some(absent) = inner.let_go_if_dead(&handle).await
            {
                (inner.told)(absent);
            }
            if let Err(error) = result {
                line.borrow_mut().tell(ChatEvent::Failed(error));
            }
        });
        running
    }
}
