//! What is to be done: `TodoWrite`, and the `Task…` tools.

use serde_json::Value;

use super::input::Input;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Not begun.
    #[default]
    Pending,
    /// Being done.
    InProgress,
    /// Done.
    Completed,
}

impl Status {
    /// `pending`, `in_progress`, `completed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::InProgress, Self::Completed].into_iter().find(|status| status.as_str() == word)
    }
}

/// A task of either list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Task {
    /// Its number, as text; empty in the list of `TodoWrite`.
    pub id: String,
    /// What is to be done, in a few words.
    pub subject: String,
    /// What is to be done.
    pub description: String,
    /// The same as something being done; may be empty.
    pub active_form: String,
    /// Where it stands.
    pub status: Status,
    /// Who does it; may be empty.
    pub owner: String,
    /// The tasks that it waits for.
    pub blocked_by: Vec<String>,
}

/// The most tasks of a list.
const MAX_TASKS: usize = 1_000;

/// Replaces the list of `TodoWrite`.
pub(super) fn todo_write(todos: &mut Vec<Task>, input: &Input) -> Result<String, String> {
    let mut new = Vec::new();
    for item in input.list("todos").iter().take(MAX_TASKS) {
        let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let Some(status) = Status::from_word(&text("status")) else {
            return Err("TodoWrite: each item needs a status: pending, in_progress or completed.".into());
        };
        if text("content").is_empty() {
            return Err("TodoWrite: each item needs a content.".into());
        }
        new.push(Task {
            subject: text("content"),
            active_form: text("activeForm"),
            status,
            ..Task::default()
        });
    }
    *todos = new;
    Ok("The list is updated. Go on with the item that is in progress.".into())
}

/// `TaskCreate`, `TaskGet`, `TaskList` and `TaskUpdate`.
pub(super) fn task(
    tasks: &mut Vec<Task>,
    next: &mut u64,
    tool: &str,
    input: &Input,
) -> Result<String, String> {
    let missing = |id: &str| Err(["There is no task ", id, "."].concat());
    match tool {
        "TaskCreate" => {
            if tasks.len() >= MAX_TASKS {
                return Err("The list holds 1,000 tasks; no more fit.".into());
            }
            *next += 1;
            let id = next.to_string();
            let subject = input.text("subject").to_owned();
            let said = ["Task #", &id, " was created: ", &subject].concat();
            let (description, active_form) =
                (input.text("description").into(), input.text("activeForm").into());
            tasks.push(Task { id, subject, description, active_form, ..Task::default() });
            Ok(said)
        }
        "TaskList" => {
            if tasks.is_empty() {
                return Ok("There are no tasks.".into());
            }
            Ok(tasks.iter().map(|task| line(task, tasks)).collect::<Vec<_>>().join("\n"))
        }
        "TaskGet" => {
            let id = input.text("taskId");
            let Some(task) = tasks.iter().find(|task| task.id == id) else { return missing(id) };
            let blocks: Vec<&str> =
                tasks.iter().filter(|it| it.blocked_by.contains(&task.id)).map(|it| it.id.as_str()).collect();
            let mut lines = vec![line(task, tasks), ["Description: ", &task.description].concat()];
            if !blocks.is_empty() {
                lines.push(["Blocks: #", &blocks.join(", #")].concat());
            }
            Ok(lines.join("\n"))
        }
        _ => {
            let id = input.text("taskId");
            let Some(at) = tasks.iter().position(|task| task.id == id) else { return missing(id) };
            let waits = input.texts("addBlockedBy");
            let blocks = input.texts("addBlocks");
            if let Some(unknown) =
                waits.iter().chain(&blocks).find(|other| !tasks.iter().any(|it| it.id == **other))
            {
                return missing(unknown);
            }
            if input.text("status") == "deleted" {
                tasks.remove(at);
                for task in tasks {
                    task.blocked_by.retain(|other| other != id);
                }
                return Ok(["Task #", id, " was deleted."].concat());
            }
            if let Some(task) = tasks.get_mut(at) {
                let set = |name: &str, place: &mut String| {
                    if let Some(text) = input.given(name) {
                        text.clone_into(place);
                    }
                };
                set("subject", &mut task.subject);
                set("description", &mut task.description);
                set("activeForm", &mut task.active_form);
                set("owner", &mut task.owner);
                task.status = Status::from_word(input.text("status")).unwrap_or(task.status);
                add(&mut task.blocked_by, waits);
            }
            for other in tasks.iter_mut().filter(|other| blocks.contains(&other.id)) {
                add(&mut other.blocked_by, vec![id.to_owned()]);
            }
            Ok(["Task #", id, " was updated."].concat())
        }
    }
}

fn add(ids: &mut Vec<String>, more: Vec<String>) {
    for id in more {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

/// `#2 [pending] Write tests (blocked by #1)`: tasks that are done block nothing.
fn line(task: &Task, all: &[Task]) -> String {
    let mut line = ["#", &task.id, " [", task.status.as_str(), "] ", &task.subject].concat();
    if !task.owner.is_empty() {
        line.push_str(&[" (", &task.owner, ")"].concat());
    }
    let open = |id: &&String| all.iter().any(|it| it.id == **id && it.status != Status::Completed);
    let waits: Vec<&str> = task.blocked_by.iter().filter(open).map(String::as_str).collect();
    if !waits.is_empty() {
        line.push_str(&[" (blocked by #", &waits.join(", #"), ")"].concat());
    }
    line
}
