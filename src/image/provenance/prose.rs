//! Text fields: the settings and workflows that image generators leave in PNG
//! text, EXIF comments and the like.

use memchr::memmem::find;

use super::markers::{FIELDS, Marker, WRITERS};

/// How much of a field is looked at. Workflows of a megabyte say what they are
/// in their first part.
const LOOKED_AT: usize = 1 << 20;

/// Keys beside a prompt that show a JSON text to be a generator's settings.
const SETTINGS: &[&str] = &[
    "seed",
    "sampler",
    "sampler_name",
    "steps",
    "cfg",
    "cfg_scale",
    "cfgscale",
    "cfgScale",
    "guidance_scale",
    "num_inference_steps",
    "negative_prompt",
    "negativePrompt",
    "uc",
    "Negative",
    "Seed",
];
const PROMPTS: &[&str] = &["prompt", "Prompt", "positive_prompt", "positivePrompt", "PositivePrompt", "baseModel"];

/// What a text field tells: the kind of sign and the generator's name, which is
/// empty when the field does not tell it.
pub(super) fn generation(key: &str, value: &str) -> Option<(Marker, &'static str)> {
    let lower = key.to_lowercase();
    let bytes = value.as_bytes();
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    if let Some((_, generator)) = FIELDS.iter().find(|(field, _)| *field == lower) {
        return Some((Marker::GeneratorField, generator));
    }
    if is_node_graph(bytes) {
        return Some((Marker::NodeGraph, writer(bytes).unwrap_or("ComfyUI")));
    }
    if is_settings(bytes) {
        return Some((Marker::Parameters, writer(bytes).unwrap_or("Stable Diffusion")));
    }
    if is_json_settings(bytes) {
        return Some((Marker::Parameters, writer(bytes).unwrap_or_default()));
    }
    if has_key(bytes, "AIGC") && is_aigc(value) {
        return Some((Marker::AigcLabel, ""));
    }
    is_job(value).then_some((Marker::JobId, "Midjourney"))
}

/// `Steps: 20, Sampler: …`, the settings line of the Stable Diffusion programs.
fn is_settings(bytes: &[u8]) -> bool {
    let number = |name: &str| {
        let after = |at: usize| bytes.get(at + name.len()).is_some_and(u8::is_ascii_digit);
        memchr::memmem::find_iter(bytes, name).any(after)
    };
    let companion = ["CFG scale: ", "CFG Scale: ", "Seed: "].into_iter().any(number);
    has_steps(bytes) && (companion || find(bytes, b"Sampler: ").is_some())
}

/// `Steps: 20`, with nothing behind the number but a comma or the line's end.
fn has_steps(bytes: &[u8]) -> bool {
    const STEPS: &[u8] = b"Steps: ";
    memchr::memmem::find_iter(bytes, STEPS).any(|at| {
        let rest = bytes.get(at + STEPS.len()..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && matches!(rest.get(digits), None | Some(b',' | b'\n' | b'\r' | 0))
    })
}

/// A `ComfyUI` prompt (nodes with their classes) or workflow (nodes and links).
fn is_node_graph(bytes: &[u8]) -> bool {
    let has = |key| has_key(bytes, key);
    (has("class_type") && has("inputs"))
        || (has("last_node_id") && has("last_link_id"))
        || (has("lastNodeId") && has("lastLinkId"))
        || has("sui_image_params")
}

/// JSON with a prompt and at least one setting of a generator.
fn is_json_settings(bytes: &[u8]) -> bool {
    bytes.contains(&b'{')
        && PROMPTS.iter().any(|key| has_key(bytes, key))
        // A number or a text: a list of steps is a manual's.
        && SETTINGS.iter().any(|key| values(bytes, key).any(|first| matches!(first, b'0'..=b'9' | b'-' | b'"' | b'\\')))
}

/// Whether `"key":` stands in JSON, or in JSON quoted within JSON.
fn has_key(bytes: &[u8], key: &str) -> bool {
    values(bytes, key).next().is_some()
}

/// How the values of a key begin.
fn values<'a>(bytes: &'a [u8], key: &'a str) -> impl Iterator<Item = u8> + 'a {
    memchr::memmem::find_iter(bytes, key.as_bytes()).filter_map(move |at| {
        let opened = bytes.get(at.checked_sub(1)?) == Some(&b'"');
        let mut rest = bytes.get(at + key.len()..)?.iter().skip_while(|&&byte| byte == b'\\');
        let closed = rest.next() == Some(&b'"');
        let mut rest = rest.filter(|byte| !byte.is_ascii_whitespace());
        let is_key = opened && closed && rest.next() == Some(&b':');
        is_key.then(|| rest.next().copied()).flatten()
    })
}

/// The label of GB 45438-2025: `Label` 1 (is), 2 (may be) or 3 (suspected) generated.
pub(super) fn is_aigc(value: &str) -> bool {
    let compact: String = value.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
    ["1", "2", "3"].iter().any(|label| {
        compact.contains(&format!("\"Label\":\"{label}\"")) || compact.contains(&format!("\"Label\":{label}"))
    })
}

/// Midjourney's description: the prompt, its options and `Job ID: <uuid>`.
fn is_job(value: &str) -> bool {
    value.split("Job ID: ").skip(1).any(|rest| rest.get(..36).is_some_and(is_uuid))
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn writer(bytes: &[u8]) -> Option<&'static str> {
    WRITERS.iter().find(|(word, _)| find(bytes, word.as_bytes()).is_some()).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_generators() {
        let check = |key: &str, value: &str, expected| assert_eq!(generation(key, value), expected, "{key}: {value}");
        check(
            "parameters",
            "en hund\nSteps: 20, Sampler: Euler a, Seed: 1",
            Some((Marker::Parameters, "Stable Diffusion")),
        );
        check("prompt", r#"{"3": {"class_type": "KSampler", "inputs": {}}}"#, Some((Marker::NodeGraph, "ComfyUI")));
        check("Comment", r#"{"prompt": "en hund", "seed": 4}"#, Some((Marker::Parameters, "")));
        check("", r#"{"Comment":"{\"prompt\": \"en hund\", \"uc\": \"\"}"}"#, Some((Marker::Parameters, "")));
        check("invokeai_metadata", "{}", Some((Marker::GeneratorField, "InvokeAI")));
        let job = "en hund --v 6 Job ID: 00000000-0000-4000-8000-000000000000";
        check("Description", job, Some((Marker::JobId, "Midjourney")));
        check("", r#"{"AIGC": {"Label": "1", "ContentProducer": "x"}}"#, Some((Marker::AigcLabel, "")));
        check("", r#"{"AIGC": {"Label": "0"}}"#, None);
        check("Description", "Steps: see the manual. Sampler: none", None);
        check("Description", "Steps: 3. Seed: tomato", None);
        check("Description", "Steps: 8000 a day. Seed: 4 packets", None);
        check("Comment", r#"{"prompt": "Skriv ditt namn", "steps": ["namn", "klart"]}"#, None);
        let version_1 = r#"{"version": 1, "state": {"lastNodeId": 9, "lastLinkId": 9}}"#;
        check("workflow", version_1, Some((Marker::NodeGraph, "ComfyUI")));
        check("Description", "Ett foto av en hund i snö", None);
        check("Comment", "Created with GIMP", None);
        check("Description", r#"{"prompt": "Skriv ditt namn"}"#, None);
        check("Description", "Job ID: 17", None);
    }
}
