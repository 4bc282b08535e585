use proptest::prelude::*;

use super::entry::READ_OUT;
use super::*;
use crate::core::analysis::Config;
use crate::core::chat::{Settings, ThoughtKey, ToolUse, Wire};
use crate::core::snapshot::Snapshot;

fn delta(text: &str) -> ChatEvent {
    ChatEvent::Delta(text.into())
}

const END: ChatEvent = ChatEvent::Finished { reason: Finish::End };

fn finished(question: &str, answer: &str) -> Conversation {
    let mut chat = Conversation::new(0);
    let turn = chat.ask(question, "tiny", 0.0).unwrap();
    chat.step(turn, delta(answer), 1.0);
    chat.step(turn, END, 2.0);
    chat
}

fn last(chat: &Conversation) -> &Entry {
    chat.tip().unwrap()
}

fn sent(chat: &Conversation) -> Vec<(&'static str, String)> {
    chat.request("Be brief.").into_iter().map(|m| (m.role.as_str(), m.text().into_owned())).collect()
}

#[test]
fn a_reply_from_the_question_to_its_figures() {
    let mut chat = Conversation::new(0);
    let turn = chat.ask("  Why?\n", "tiny", 1_000.0).unwrap();
    assert_eq!(chat.entries()[0].text, "Why?");
    assert_eq!(last(&chat).state.as_str(), "waiting");
    assert!(chat.step(turn, ChatEvent::Started, 1_100.0));
    assert_eq!(last(&chat).state, State::Waiting);
    assert!(chat.step(turn, delta("Be"), 1_600.0));
    assert_eq!(last(&chat).state, State::Streaming);
    chat.step(turn, delta("cause"), 1_700.0);
    chat.step(
        turn,
        ChatEvent::Usage(Usage { prompt: Some(1542), completion: Some(49), ..Usage::default() }),
        3_600.0,
    );
    chat.step(turn, END, 3_600.0);
    let entry = last(&chat);
    assert_eq!((entry.text.as_str(), entry.state), ("Because", State::Done));
    let reply = entry.reply.as_ref().unwrap();
    assert_eq!(reply.figures(), "1,542 tokens in, 49 out · first token 0.6 s · 24 tokens/s");
    assert_eq!(reply.model, "tiny");
}

#[test]
fn what_is_not_known_is_not_shown() {
    let mut reply = Reply::new("m", 0.0);
    assert_eq!(reply.figures(), "");
    reply.first_text_at = Some(40.0);
    reply.ended_at = Some(90.0);
    assert_eq!(reply.figures(), "first token 40 ms");
    reply.usage.completion = Some(1);
    assert_eq!(reply.figures(), "1 token out · first token 40 ms");
}

#[test]
fn late_events_are_ignored_by_number() {
    let mut chat = finished("a", "b");
    let before = chat.clone();
    for turn in 0..9 {
        for event in [ChatEvent::Started, delta("late"), END, ChatEvent::Stopped] {
            assert!(!chat.step(turn, event, 9.0));
        }
    }
    assert_eq!(chat, before);
    let old = last(&chat).id;
    let turn = chat.retry("tiny", 10.0).unwrap();
    assert!(!chat.step(old, delta("late"), 11.0));
    assert!(chat.step(turn, delta("new"), 11.0));
    assert_eq!(last(&chat).text, "new");
}

#[test]
fn stop_keeps_what_arrived_and_sends_it() {
    let mut chat = Conversation::new(0);
    let turn = chat.ask("a", "tiny", 0.0).unwrap();
    assert_eq!(chat.ask("b", "tiny", 0.0), None, "one reply at a time");
    chat.step(turn, delta("half"), 1.0);
    chat.step(turn, ChatEvent::Stopped, 2.0);
    assert_eq!((last(&chat).text.as_str(), last(&chat).state), ("half", State::Stopped));
    chat.ask("c", "tiny", 3.0);
    assert_eq!(
        sent(&chat),
        [
            ("system", "Be brief.".into()),
            ("user", "a".into()),
            ("assistant", "half".into()),
            ("user", "c".into())
        ]
    );
}

#[test]
fn a_reply_that_was_cut_before_it_began_promises_no_text() {
    let mut chat = Conversation::new(0);
    let turn = chat.ask("a", "tiny", 0.0).unwrap();
    chat.step(turn, ChatEvent::Failed(ChatError::Cut), 1.0);
    assert!(last(&chat).spoken().ends_with("Nothing of it had arrived. Retry to ask again."));
}

#[test]
fn failed_replies_are_not_sent_and_roles_alternate() {
    let mut chat = Conversation::new(0);
    let turn = chat.ask("a", "tiny", 0.0).unwrap();
    chat.step(turn, delta("half"), 1.0);
    chat.step(turn, ChatEvent::Failed(ChatError::Cut), 2.0);
    assert_eq!((last(&chat).text.as_str(), last(&chat).state), ("half", State::Failed));
    assert!(last(&chat).spoken().contains("What arrived is kept."));
    let turn = chat.ask("b", "tiny", 3.0).unwrap();
    chat.step(turn, ChatEvent::Stopped, 4.0);
    chat.ask("c", "tiny", 5.0);
    assert_eq!(sent(&chat), [("system", "Be brief.".into()), ("user", "a\n\nb\n\nc".into())]);
    assert_eq!(chat.request(" \n").len(), 1, "a blank prompt is no message");
}

#[test]
fn retry_replaces_the_last_reply() {
    let mut chat = finished("a", "b");
    assert!(chat.can_retry());
    let turn = chat.retry("other", 5.0).unwrap();
    assert_eq!(chat.retry("other", 5.0), None);
    assert_eq!(chat.entries().len(), 2);
    assert_eq!(sent(&chat).len(), 2);
    chat.step(turn, ChatEvent::Failed(ChatError::Offline), 6.0);
    assert!(chat.retry("third", 7.0).is_some());
    assert_eq!(last(&chat).reply.as_ref().unwrap().model, "third");
    assert_eq!(Conversation::new(0).retry("m", 0.0), None);
}

#[test]
fn branches_have_a_way_back() {
    let mut chat = finished("a", "b");
    let (question, first) = (chat.entries()[0].id, last(&chat).id);
    let second = chat.retry("other", 5.0).unwrap();
    assert!(!chat.select(first) && chat.delete(first).is_none(), "not while a reply is open");
    chat.step(second, delta("c"), 6.0);
    chat.step(second, END, 7.0);
    assert_eq!(chat.branches(second), Some(Branches { ids: vec![first, second], at: 1 }));
    let several = |entry: &&Entry| chat.branches(entry.id).is_some_and(|it| it.ids.len() > 1);
    let forked: Vec<u64> = chat.all().iter().filter(several).map(|entry| entry.id).collect();
    assert_eq!(chat.forked(), forked);
    chat.ask("more", "m", 8.0);
    chat.step(chat.open_turn().unwrap(), ChatEvent::Stopped, 9.0);
    assert!(chat.select(first));
    assert_eq!(last(&chat).text, "b");
    assert!(chat.select(second));
    assert_eq!(chat.entries().len(), 4, "down to its newest message");
    let edited = chat.edit(question, "A", "m", 10.0).unwrap();
    chat.step(edited, delta("d"), 11.0);
    chat.step(edited, END, 12.0);
    assert_eq!(
        sent(&chat),
        [("system", "Be brief.".into()), ("user", "A".into()), ("assistant", "d".into())]
    );
    assert!(chat.edit(edited, "no question", "m", 13.0).is_none());
    let other = chat.entries()[0].id;
    assert!(chat.is_shown(other) && !chat.is_shown(question) && !chat.is_shown(99));
    let before = chat.clone();
    let first = chat.delete(other).unwrap();
    assert_eq!(first.count(), 2);
    assert_eq!(chat.entries().len(), 4, "what stands beside it is shown");
    let all = chat.delete(question).unwrap();
    assert!(chat.all().is_empty() && chat.tip().is_none());
    assert!(chat.delete(question).is_none());
    assert!(chat.put_back(all.clone()) && !chat.put_back(all));
    assert!(chat.put_back(first));
    assert_eq!(chat, before);
}

#[test]
fn what_followed_something_that_is_gone_stays_away() {
    let mut chat = finished("a", "b");
    let (question, reply) = (chat.entries()[0].id, last(&chat).id);
    let answer = chat.delete(reply).unwrap();
    assert_eq!(chat.tip().map(|tip| tip.id), Some(question));
    chat.delete(question);
    assert!(!chat.put_back(answer.clone()), "its question is gone");
    let mut open = Conversation::new(0);
    open.ask("a", "m", 0.0);
    assert!(!open.put_back(answer), "a reply is open");
}

#[test]
fn a_turn_with_tools() {
    let call = |id: &str| {
        let (id, name, input) = (id.into(), "Read".into(), "{}".into());
        Part::ToolUse(ToolUse { id, name, input, ..ToolUse::default() })
    };
    let thought = Part::Thinking { text: "hm".into(), signature: "s".into(), key: None };
    let mut chat = Conversation::new(0);
    let turn = chat.ask("a", "m", 0.0).unwrap();
    chat.step(turn, ChatEvent::Thinking("hm".into()), 1.0);
    assert_eq!(last(&chat).thoughts().collect::<Vec<_>>(), ["hm"]);
    chat.step(turn, ChatEvent::Part(thought.clone()), 1.0);
    chat.step(turn, delta("Let me see."), 2.0);
    chat.step(turn, ChatEvent::Calling("Read".into()), 2.0);
    chat.step(turn, ChatEvent::Part(call("1")), 3.0);
    chat.step(turn, ChatEvent::Part(call("2")), 3.0);
    assert!(!chat.answer(Vec::new()));
    chat.step(turn, ChatEvent::Finished { reason: Finish::ToolUse }, 4.0);
    assert_eq!(last(&chat).pieces(), [thought, Part::Text("Let me see.".into()), call("1"), call("2")]);
    let result = ToolResult { id: "1".into(), content: "x".into(), is_error: false };
    assert!(chat.answer(vec![result]));
    let next = chat.go_on("m", 5.0).unwrap();
    let request = chat.request("");
    assert_eq!(request.iter().map(|it| it.role.as_str()).collect::<Vec<_>>(), ["user", "assistant", "tool"]);
    assert_eq!(request[2].parts.len(), 2, "the call without an answer gets one");
    chat.step(next, ChatEvent::Part(call("3")), 6.0);
    chat.step(next, ChatEvent::Finished { reason: Finish::ToolUse }, 7.0);
    assert_eq!((last(&chat).state, last(&chat).spoken().as_str()), (State::Done, "Calls Read."));
}

#[test]
fn a_turn_with_tools_is_asked_for_again_from_its_question() {
    let call = || {
        let (id, name, input) = ("1".into(), "Read".into(), "{}".into());
        ChatEvent::Part(Part::ToolUse(ToolUse { id, name, input, ..ToolUse::default() }))
    };
    let mut chat = finished("before", "x");
    let first = chat.ask("a", "m", 0.0).unwrap();
    let question = chat.entry(first).and_then(|it| it.parent).unwrap();
    chat.step(first, call(), 1.0);
    chat.step(first, ChatEvent::Finished { reason: Finish::ToolUse }, 2.0);
    let answer = || vec![ToolResult { id: "1".into(), content: "x".into(), is_error: false }];
    chat.answer(answer());
    let last = chat.go_on("m", 3.0).unwrap();
    let mut failed = chat.clone();
    chat.step(last, delta("done"), 4.0);
    chat.step(last, END, 5.0);
    for id in [question, first, last] {
        assert_eq!(chat.question(id).map(|it| it.text.as_str()), Some("a"));
    }
    for again in [
        |chat: &mut Conversation, _| chat.retry("m", 6.0),
        |chat: &mut Conversation, id| chat.regenerate(id, "m", 6.0),
    ] {
        let mut chat = chat.clone();
        let turn = again(&mut chat, last).unwrap();
        assert_eq!(chat.entry(turn).and_then(|it| it.parent), Some(question));
        assert_eq!(chat.request("").last().map(|it| it.text().into_owned()).as_deref(), Some("a"));
        assert_eq!(chat.branches(turn), Some(Branches { ids: vec![first, turn], at: 1 }));
    }
    // What has not come to its end is asked for where it stands.
    let answers = failed.entry(last).and_then(|it| it.parent);
    failed.step(last, ChatEvent::Failed(ChatError::Cut), 4.0);
    let turn = failed.retry("m", 6.0).unwrap();
    assert_eq!(failed.entry(turn).and_then(|it| it.parent), answers);
    assert!(failed.entry(last).is_none(), "it makes room");
    failed.step(turn, ChatEvent::Stopped, 7.0);
    let whole = failed.regenerate(turn, "m", 8.0).unwrap();
    assert_eq!(failed.entry(whole).and_then(|it| it.parent), Some(question));
    assert!(failed.regenerate(question, "m", 9.0).is_none());
}

#[test]
fn time_runs_from_the_first_token_of_any_kind() {
    let of = |events: &[(f64, ChatEvent)], reasoning| {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "m", 0.0).unwrap();
        for (at, event) in events {
            chat.step(turn, event.clone(), *at);
        }
        let usage = Usage { completion: Some(101), reasoning, ..Usage::default() };
        chat.step(turn, ChatEvent::Usage(usage), 11_000.0);
        let id = ToolUse { id: "1".into(), ..ToolUse::default() };
        chat.step(turn, ChatEvent::Part(Part::ToolUse(id)), 11_000.0);
        chat.step(turn, END, 11_000.0);
        let reply = last(&chat).reply.clone().unwrap();
        (reply.figures(), reply.thought_for())
    };
    let figures = |first, rate| format!("101 tokens out · first token {first} · {rate} tokens/s");
    let thought = (1_000.0, ChatEvent::Thinking("hm".into()));
    let text = (9_000.0, delta("So"));
    let later = (10_000.0, ChatEvent::Thinking("hm".into()));
    let all = [thought.clone(), text.clone(), later.clone()];
    assert_eq!(of(&all, Some(80)), (figures("1.0 s", "10"), Some(8_000.0)));
    assert_eq!(
        of(&[thought, (3_000.0, ChatEvent::Calling("Read".into()))], None),
        (figures("1.0 s", "10"), Some(2_000.0))
    );
    assert_eq!(of(&[(1_000.0, ChatEvent::Calling("Read".into()))], None), (figures("1.0 s", "10"), None));
    // What was thought out of sight came before the first token that was seen.
    assert_eq!(of(&[text, later], Some(80)), (figures("9.0 s", "10"), None));
}

#[test]
fn what_is_said_about_an_end() {
    let mut chat = Conversation::new(0);
    let turn = chat.ask("a", "m", 0.0).unwrap();
    let note = |chat: &Conversation| last(chat).reply.as_ref().and_then(|it| it.note().map(str::to_owned));
    let mut refused = chat.clone();
    refused.step(turn, ChatEvent::Remark("The model declined (cyber).".into()), 1.0);
    refused.step(turn, ChatEvent::Finished { reason: Finish::Refused }, 1.0);
    assert_eq!(note(&refused).as_deref(), Some("The model declined (cyber)."));
    let mut stopped = chat.clone();
    stopped.step(turn, ChatEvent::Stopped, 1.0);
    assert_eq!(note(&stopped).as_deref(), Some("Stopped."));
    chat.step(turn, ChatEvent::Failed(ChatError::Cut), 1.0);
    assert_eq!(note(&chat), None);
}

#[test]
fn what_only_one_endpoint_understands_goes_to_no_other() {
    let mut chat = Conversation::new(0);
    let made = |endpoint: &str, wire| Made {
        definition: 1,
        endpoint: endpoint.into(),
        wire,
        settings: Settings::default(),
        at: 1.0,
    };
    let extra = r#"{"extra_content":{}}"#;
    let call = |extra: &str| {
        let (id, name, input) = ("1".into(), "Read".into(), "{}".into());
        Part::ToolUse(ToolUse { id, name, input, extra: extra.into() })
    };
    let thought = Part::Thinking {
        text: "hm".into(),
        signature: String::new(),
        key: Some(ThoughtKey::ReasoningContent),
    };
    let block = Part::Opaque("{}".into());
    let turn = chat.ask("a", "m", 0.0).unwrap();
    chat.note(turn, made("a.example · m", Wire::OpenAi));
    for part in [&thought, &call(extra), &block] {
        chat.step(turn, ChatEvent::Part(part.clone()), 1.0);
    }
    chat.step(turn, ChatEvent::Finished { reason: Finish::ToolUse }, 2.0);
    let answer = ToolResult { id: "1".into(), content: "x".into(), is_error: false };
    chat.answer(vec![answer]);
    let next = chat.go_on("n", 3.0).unwrap();
    for (endpoint, wire, own) in [
        ("a.example · n", Wire::OpenAi, true),
        ("a.example", Wire::OpenAi, true),
        ("a.example · m", Wire::Anthropic, false),
        ("b.example · m", Wire::OpenAi, false),
    ] {
        chat.note(next, made(endpoint, wire));
        let all = vec![thought.clone(), call(extra), block.clone()];
        let expected = if own { all } else { vec![call("")] };
        assert_eq!(chat.request("")[1].parts, expected, "{endpoint} {wire:?}");
    }
}

#[test]
fn replies_know_what_made_them() {
    let mut chat = finished("a", "b");
    let turn = last(&chat).id;
    let made = Made {
        definition: fingerprint("one"),
        endpoint: "llm.example".into(),
        wire: Wire::OpenAi,
        settings: Settings::default(),
        at: 1.0,
    };
    chat.note(turn, made);
    assert!(!last(&chat).is_stale(fingerprint("one")) && last(&chat).is_stale(fingerprint("two")));
    assert_eq!(fingerprint("a"), 0xaf63_dc4c_8601_ec8c);
}

#[test]
fn a_definition_is_another_one_by_what_replies_follow_from() {
    let of = |text: &str| {
        let snapshot = Snapshot::new(text, &Config::first());
        version(snapshot.prompt(), &snapshot.analysis.definition)
    };
    let first = of("---\nname: a\ntools: Read, Grep\n---\nBe brief.\n");
    for same in [
        "---\nname: b\ntools: [Read, Grep]\ncolor: red\n---\n\nBe brief.\n\n",
        "---\ntools:\n  - Read\n  - Grep\nname: a\n---\nBe brief.",
    ] {
        assert_eq!(of(same), first, "{same}");
    }
    for other in [
        "---\nname: a\ntools: Read, Grep\n---\nBe very brief.\n",
        "---\nname: a\ntools: Read\n---\nBe brief.\n",
        "---\nname: a\ntools: []\n---\nBe brief.\n",
        "---\nname: a\n---\nBe brief.\n",
        "---\nname: a\ndisallowedTools: Read, Grep\n---\nBe brief.\n",
        "---\nname: a\ntools: Read, Grep\npermissionMode: plan\n---\nBe brief.\n",
        "---\nname: a\ntools: Read, Grep\nmemory: user\n---\nBe brief.\n",
        "---\nname: a\ntools: Read, Grep\nmcpServers: [tickets]\n---\nBe brief.\n",
        "---\nname: a\ntools: Read, Grep\nmaxTurns: 3\n---\nBe brief.\n",
    ] {
        assert_ne!(of(other), first, "{other}");
    }
    assert_ne!(of("---\nname: a\ntools: []\n---\nx"), of("---\nname: a\n---\nx"));
    let server = |url: &str, front: &str| {
        of(&["---\nname: a\nmcpServers:", front, "\n  - t: {type: http, url: '", url, "'}\n---\nx"].concat())
    };
    assert_eq!(server("https://a.example", ""), server("https://a.example", " # Ours."));
    assert_ne!(server("https://a.example", ""), server("https://b.example", ""));
    // Kept since before the last three counted.
    assert_eq!(first, fingerprint("Be brief.\0+Read\0Grep\0\0"));
}

#[test]
fn an_empty_reply_is_a_failure() {
    for (reason, at_limit) in [(Finish::End, false), (Finish::Length, true)] {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "tiny", 0.0).unwrap();
        chat.step(turn, delta(" \n"), 1.0);
        chat.step(turn, ChatEvent::Finished { reason }, 2.0);
        assert_eq!(last(&chat).reply.as_ref().unwrap().error, Some(ChatError::Empty { at_limit }));
    }
}

#[test]
fn a_reply_without_end_is_cut_on_a_character() {
    let mut chat = Conversation::new(0);
    let turn = chat.ask("a", "tiny", 0.0).unwrap();
    chat.step(turn, delta(&"x".repeat(MAX_REPLY - 1)), 1.0);
    assert_eq!(chat.open_turn(), Some(turn));
    chat.step(turn, delta("é"), 2.0);
    assert_eq!(last(&chat).text.len(), MAX_REPLY - 1);
    assert_eq!(last(&chat).reply.as_ref().unwrap().error, Some(ChatError::TooLong { limit: MAX_REPLY }));
}

#[test]
fn what_is_read_out_has_no_marks() {
    let chat = finished("a", "Add it **first**:\n\n- `one`\n- two\n\n```sql\nSELECT 1;\n```\n");
    assert_eq!(last(&chat).spoken(), "Reply: Add it first: one two SELECT 1;");
    let long = finished("a", &"é ".repeat(400));
    assert_eq!(last(&long).spoken().chars().count(), "Reply: ".len() + READ_OUT + 1);
}

#[test]
fn documents_have_their_own_conversations_with_their_own_numbers() {
    let mut chats = Chats::default();
    let one = chats.open("one").ask("a", "m", 0.0).unwrap();
    let two = chats.open("two").ask("a", "m", 0.0).unwrap();
    assert_ne!(one, two);
    assert!(!chats.open("two").step(one, delta("astray"), 1.0));
    assert!(chats.get("three").is_none());
}

#[test]
fn what_was_taken_away_can_be_put_back() {
    let mut chats = Chats::default();
    chats.open("one").ask("first", "m", 0.0);
    chats.renew("one");
    let turn = chats.open("one").ask("second", "m", 1.0).unwrap();
    let before = chats.clone();
    let taken = chats.take("one");
    assert!(chats.get("one").is_none() && !chats.can_restore("one"));
    assert!(!chats.open("one").step(turn, delta("late"), 2.0));
    chats.put("one", taken);
    assert_eq!((chats.get("one"), &chats.before), (before.get("one"), &before.before));
    let fails = |_| Err("no conversation");
    assert!(chats.replace("one", fails).is_err());
    assert_eq!(chats.get("one"), before.get("one"));
    let taken = chats.replace("one", |first| Ok::<_, ()>(Conversation::new(first))).unwrap();
    let third = chats.open("one").ask("third", "m", 3.0).unwrap();
    assert!(third > turn);
    chats.put("one", taken);
    assert_eq!(chats.get("one"), before.get("one"));
}

#[test]
fn the_conversation_before_can_come_back_until_something_is_asked() {
    let mut chats = Chats::default();
    chats.renew("one");
    assert!(!chats.can_restore("one"));
    let first = chats.open("one").ask("first", "m", 0.0).unwrap();
    chats.open("one").step(first, delta("answer"), 1.0);
    chats.open("one").step(first, ChatEvent::Stopped, 2.0);
    chats.renew("one");
    assert!(chats.open("one").entries().is_empty());
    assert!(!chats.open("one").step(first, delta("late"), 3.0));
    assert!(chats.can_restore("one") && !chats.can_restore("two"));
    chats.renew("one");
    chats.restore("one");
    assert_eq!(chats.get("one").unwrap().entries()[0].text, "first");
    assert!(!chats.can_restore("one"));
    chats.renew("one");
    assert_eq!(chats.latest("one").unwrap().entries()[0].text, "first");
    let second = chats.open("one").ask("second", "m", 4.0).unwrap();
    assert!(second > first);
    assert!(!chats.can_restore("one"));
    chats.restore("one");
    assert_eq!(chats.get("one").unwrap().entries()[0].text, "second");
    assert_eq!(chats.latest("one"), chats.get("one"));
    chats.take("one");
    chats.open("one");
    assert!(chats.latest("one").is_none() && chats.latest("two").is_none());
}

proptest! {
    #[test]
    fn whatever_happens_only_the_last_reply_is_open(acts in proptest::collection::vec((0..9u8, 0..12u64), 0..60)) {
        let mut chat = Conversation::new(0);
        for (time, (act, turn)) in acts.into_iter().enumerate() {
            let now = time as f64;
            match act {
                0 | 1 => { chat.ask("q", "m", now); }
                2 => { chat.retry("m", now); }
                3 => { chat.step(turn, END, now); }
                4 => { chat.step(turn, ChatEvent::Failed(ChatError::Cut), now); }
                5 => { chat.step(turn, ChatEvent::Stopped, now); }
                6 => { chat.step(turn, ChatEvent::Started, now); }
                _ => { chat.step(turn, delta("é"), now); }
            }
            let entries = chat.entries();
            let before = entries.len().saturating_sub(1);
            prop_assert!(entries[..before].iter().all(|entry| !entry.state.is_open()));
            prop_assert!(chat.all().windows(2).all(|pair| pair[0].id < pair[1].id));
            prop_assert!(entries.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].role != pair[1].role));
            for entry in chat.all().iter().filter_map(|entry| entry.reply.as_ref().map(|reply| (entry, reply))) {
                prop_assert_eq!(entry.0.state.is_open(), entry.1.ended_at.is_none());
                prop_assert_eq!(entry.0.state == State::Failed, entry.1.error.is_some());
            }
            let roles: Vec<Role> = chat.request("p").iter().map(|message| message.role).collect();
            prop_assert!(roles.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }

    #[test]
    fn what_is_deleted_comes_back_as_it_was(acts in proptest::collection::vec((0..6u8, 0..12u64), 0..40)) {
        let mut chat = Conversation::new(0);
        for (act, id) in acts {
            match act {
                0 => { chat.ask("q", "m", 0.0); }
                1 => { chat.regenerate(id, "m", 0.0); }
                2 => { chat.edit(id, "other", "m", 0.0); }
                3 => { chat.select(id); }
                4 => { chat.delete(id); }
                _ => {}
            }
            if let Some(turn) = chat.open_turn() {
                chat.step(turn, delta("a"), 1.0);
                chat.step(turn, END, 2.0);
            }
            for entry in chat.all() {
                let mut without = chat.clone();
                let removed = without.delete(entry.id).unwrap();
                prop_assert!(without.entry(entry.id).is_none());
                prop_assert!(without.all().iter().all(|it| it.parent.is_none_or(|it| without.entry(it).is_some())));
                prop_assert_eq!(without.tip().is_none(), without.all().is_empty());
                prop_assert_eq!(chat.is_shown(entry.id), chat.entries().contains(&entry));
                prop_assert!(without.put_back(removed));
                prop_assert_eq!(&without, &chat);
            }
        }
    }
}
