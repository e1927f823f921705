//! What tells that a picture is AI's: the table of names, keys and source types.
//!
//! Everything the recognition knows of particular systems stands here, so that
//! a new generator is a line in a table.

use serde::{Deserialize, Serialize};

/// What a piece of evidence says of the picture. Ordered: the strongest decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// A hint that never decides, such as a file name.
    Hint,
    /// Made in some other way than by AI or a camera (drawn, scanned, composed).
    Other,
    /// Taken by a camera.
    Camera,
    /// Partly made or changed by AI.
    AiEdited,
    /// Made by AI.
    Ai,
}

macro_rules! markers {
    ($($variant:ident $id:literal $swedish:literal $english:literal;)*) => {
        /// The kind of sign that a piece of evidence is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Marker {
            $(#[doc = $english] #[serde(rename = $id)] $variant,)*
        }

        impl Marker {
            /// The stable identifier.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The words shown to people, in Swedish.
            #[must_use]
            pub fn swedish(self) -> &'static str {
                match self { $(Self::$variant => $swedish,)* }
            }

            /// The words shown to people, in English.
            #[must_use]
            pub fn english(self) -> &'static str {
                match self { $(Self::$variant => $english,)* }
            }
        }
    };
}

markers! {
    SourceType "digital-source-type" "källtyp enligt IPTC" "digital source type (IPTC)";
    Generator "generator" "programmet som gjort bilden" "the program that made the picture";
    AiSystem "ai-system" "AI-system eller prompt enligt IPTC" "AI system or prompt (IPTC)";
    Ingredient "ingredient" "en bild som ingår i bilden" "a picture that this one contains";
    Parameters "parameters" "inställningar för bildgenerering" "settings of an image generator";
    NodeGraph "node-graph" "arbetsflöde för bildgenerering" "workflow of an image generator";
    GeneratorField "generator-field" "fält som bara en bildgenerator skriver" "a field that only an image generator writes";
    JobId "job-id" "jobbnummer hos en bildtjänst" "job number of an image service";
    Signature "signature" "signatur från en bildtjänst" "signature of an image service";
    AigcLabel "aigc-label" "kinesisk AIGC-märkning (TC260)" "Chinese AIGC label (TC260)";
    Credit "credit" "uppgift om upphov" "credit line";
    Exposure "exposure" "kamera och exponering" "camera and exposure";
    FileName "file-name" "filnamn" "file name";
}

/// What a source type says: the last word of the identifier, in IPTC's
/// `NewsCodes` (<http://cv.iptc.org/newscodes/digitalsourcetype/>) and C2PA's own.
pub(super) fn source_type(identifier: &str) -> Option<(&'static str, Says)> {
    let word = identifier.trim().trim_end_matches('/').rsplit(['/', ':', '#']).next().unwrap_or_default();
    SOURCE_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).copied()
}

const SOURCE_TYPES: &[(&str, Says)] = &[
    ("trainedAlgorithmicMedia", Says::Ai),
    ("trainedAlgorithmicData", Says::Ai),
    ("compositeWithTrainedAlgorithmicMedia", Says::AiEdited),
    ("compositeSynthetic", Says::AiEdited),
    ("digitalCapture", Says::Camera),
    ("computationalCapture", Says::Camera),
    ("negativeFilm", Says::Camera),
    ("positiveFilm", Says::Camera),
    ("algorithmicMedia", Says::Other),
    ("algorithmicallyEnhanced", Says::Other),
    ("composite", Says::Other),
    ("compositeCapture", Says::Other),
    ("dataDrivenMedia", Says::Other),
    ("digitalArt", Says::Other),
    ("digitalCreation", Says::Other),
    ("empty", Says::Other),
    ("humanEdits", Says::Other),
    ("minorHumanEdits", Says::Other),
    ("multiFrameComputationalCapture", Says::Camera),
    ("print", Says::Other),
    ("screenCapture", Says::Other),
    ("softwareImage", Says::Other),
    ("virtualRecording", Says::Other),
];

/// A system that does nothing but make pictures by AI, by a name that it
/// writes as software, creator tool, credit or claim generator.
pub(super) fn named(value: &str) -> Option<(&'static str, Says)> {
    let value = value.to_lowercase().replace(['_', '-'], " ");
    NAMES.iter().find(|(needle, ..)| contains_word(&value, needle)).map(|&(_, name, says)| (name, says))
}

/// Whether a line denies or forbids something.
pub(super) fn denies(value: &str) -> bool {
    let value = value.to_lowercase();
    let mut words = value.split(|c: char| !c.is_alphanumeric());
    words.any(|word| DENIALS.contains(&word))
}

const DENIALS: &[&str] = &[
    "not",
    "no",
    "without",
    "never",
    "train",
    "training",
    "trained",
    "prohibited",
    "forbidden",
    "inte",
    "ej",
    "ingen",
    "inget",
    "inga",
    "utan",
    "aldrig",
    "träna",
    "träning",
    "förbjudet",
];

/// Names in lower case, with a space for `_` and `-`. Programs that also open
/// and edit ordinary pictures stand here only with the words of their AI parts.
const NAMES: &[(&str, &str, Says)] = &[
    ("edited with google ai", "Google AI", Says::AiEdited),
    ("made with google ai", "Google AI", Says::Ai),
    ("apple photos clean up", "Apple Photos Clean Up", Says::AiEdited),
    ("photo assist", "Samsung Photo assist", Says::AiEdited),
    ("galaxy ai", "Samsung Galaxy AI", Says::AiEdited),
    ("generative fill", "Adobe Photoshop", Says::AiEdited),
    ("image playground", "Apple Image Playground", Says::Ai),
    ("adobe firefly", "Adobe Firefly", Says::Ai),
    ("ai generated image", "", Says::Ai),
    ("generated by ai", "", Says::Ai),
    ("created with ai", "", Says::Ai),
    ("made with ai", "", Says::Ai),
    ("microsoft responsible ai", "Microsoft Responsible AI", Says::Ai),
    ("bing image creator", "Bing Image Creator", Says::Ai),
    ("openai", "OpenAI", Says::Ai),
    ("chatgpt", "OpenAI ChatGPT", Says::Ai),
    ("gpt image", "OpenAI gpt-image", Says::Ai),
    ("gpt 4o", "OpenAI GPT-4o", Says::Ai),
    ("dall·e", "OpenAI DALL·E", Says::Ai),
    ("dall e", "OpenAI DALL·E", Says::Ai),
    // Alone it is a family name.
    ("dalle 2", "OpenAI DALL·E", Says::Ai),
    ("dalle 3", "OpenAI DALL·E", Says::Ai),
    ("dalle2", "OpenAI DALL·E", Says::Ai),
    ("dalle3", "OpenAI DALL·E", Says::Ai),
    ("black forest labs", "Black Forest Labs", Says::Ai),
    ("google imagen", "Google Imagen", Says::Ai),
    ("nano banana", "Google Gemini", Says::Ai),
    ("midjourney", "Midjourney", Says::Ai),
    ("novelai", "NovelAI", Says::Ai),
    ("stable diffusion", "Stable Diffusion", Says::Ai),
    ("stability ai", "Stability AI", Says::Ai),
    ("dreamstudio", "DreamStudio", Says::Ai),
    ("comfyui", "ComfyUI", Says::Ai),
    ("invokeai", "InvokeAI", Says::Ai),
    ("automatic1111", "Stable Diffusion WebUI", Says::Ai),
    ("sd.next", "SD.Next", Says::Ai),
    ("swarmui", "SwarmUI", Says::Ai),
    ("stableswarmui", "SwarmUI", Says::Ai),
    ("stability matrix", "Stability Matrix", Says::Ai),
    ("ruinedfooocus", "RuinedFooocus", Says::Ai),
    ("fooocus", "Fooocus", Says::Ai),
    ("easy diffusion", "Easy Diffusion", Says::Ai),
    ("draw things", "Draw Things", Says::Ai),
    ("diffusionbee", "DiffusionBee", Says::Ai),
    ("mochi diffusion", "Mochi Diffusion", Says::Ai),
    ("leonardo.ai", "Leonardo.Ai", Says::Ai),
    ("leonardo ai", "Leonardo.Ai", Says::Ai),
    ("ideogram", "Ideogram", Says::Ai),
    ("tensor.art", "Tensor.Art", Says::Ai),
    ("tensorart", "Tensor.Art", Says::Ai),
    ("civitai", "Civitai", Says::Ai),
    ("seaart", "SeaArt", Says::Ai),
    ("pixai", "PixAI", Says::Ai),
    ("nightcafe", "NightCafe", Says::Ai),
    ("craiyon", "Craiyon", Says::Ai),
    ("imagine with meta ai", "Meta AI", Says::Ai),
    ("meta ai", "Meta AI", Says::Ai),
    ("jimeng ai", "Jimeng", Says::Ai),
    ("即梦", "Jimeng", Says::Ai),
    ("dreamina", "Dreamina", Says::Ai),
    ("seedream", "Seedream", Says::Ai),
    ("豆包", "Doubao", Says::Ai),
    ("可灵", "Kling AI", Says::Ai),
    ("kling ai", "Kling AI", Says::Ai),
    ("klingai", "Kling AI", Says::Ai),
    ("通义万相", "Tongyi Wanxiang", Says::Ai),
    ("文心一格", "Wenxin Yige", Says::Ai),
    ("grok imagine", "Grok", Says::Ai),
    ("recraft ai", "Recraft", Says::Ai),
    ("recraft.ai", "Recraft", Says::Ai),
    ("playground ai", "Playground AI", Says::Ai),
    ("krea.ai", "Krea", Says::Ai),
    ("krea ai", "Krea", Says::Ai),
    ("getimg.ai", "getimg.ai", Says::Ai),
    ("starryai", "starryai", Says::Ai),
    ("bluewillow", "BlueWillow", Says::Ai),
    ("wombo dream", "WOMBO Dream", Says::Ai),
    ("hotpot.ai", "Hotpot", Says::Ai),
    ("gemini 2.5 flash image", "Google Gemini", Says::Ai),
    ("google generative ai", "Google AI", Says::Ai),
    ("imagined with ai", "Meta AI", Says::Ai),
];

/// Keys of text fields that only image generators write, in lower case.
pub(super) const FIELDS: &[(&str, &str)] = &[
    ("invokeai_metadata", "InvokeAI"),
    ("invokeai_graph", "InvokeAI"),
    ("invokeai_workflow", "InvokeAI"),
    ("sd-metadata", "InvokeAI"),
    ("dream", "InvokeAI"),
    ("fooocus_scheme", "Fooocus"),
    ("smproj", "Stability Matrix"),
    ("parameters-json", "Stability Matrix"),
    ("generation_data", "Tensor.Art"),
    ("sui_image_params", "SwarmUI"),
    ("sd_meta", "Stable Diffusion"),
    ("num_inference_steps", "Easy Diffusion"),
    ("guidance_scale", "Easy Diffusion"),
    ("negative_prompt", "Stable Diffusion"),
    ("negative prompt", "Stable Diffusion"),
    ("c2pa_ai_generated", ""),
    ("aigc", "TC260"),
];

/// Words that tell which program wrote the settings of an image generator.
pub(super) const WRITERS: &[(&str, &str)] = &[
    ("sui_image_params", "SwarmUI"),
    ("RuinedFooocus", "RuinedFooocus"),
    ("fooocus", "Fooocus"),
    ("Version: ComfyUI", "ComfyUI"),
    ("App: SD.Next", "SD.Next"),
    ("SD.Next", "SD.Next"),
    ("Civitai resources", "Civitai"),
    ("civitai", "Civitai"),
    ("Diffusion in Low Bits", "Stable Diffusion WebUI Forge"),
    ("reForge", "Stable Diffusion WebUI reForge"),
    ("Version: neo", "Stable Diffusion WebUI Forge"),
    ("Version: f", "Stable Diffusion WebUI Forge"),
    ("NovelAI", "NovelAI"),
    ("\"class_type\"", "ComfyUI"),
];

/// How the names of files begin that image services give out. A hint, never proof.
pub(super) const FILE_NAMES: &[(&str, &str)] = &[
    ("chatgpt image", "OpenAI ChatGPT"),
    ("chatgpt-image", "OpenAI ChatGPT"),
    ("gemini_generated_image", "Google Gemini"),
    ("dall·e", "OpenAI DALL·E"),
    ("dall-e", "OpenAI DALL·E"),
    ("firefly", "Adobe Firefly"),
    ("comfyui_", "ComfyUI"),
    ("grok_image", "Grok"),
    ("grok-image", "Grok"),
    ("midjourney", "Midjourney"),
    ("leonardo_", "Leonardo.Ai"),
    ("stable-diffusion", "Stable Diffusion"),
    ("ideogram", "Ideogram"),
    ("copilot_", "Microsoft Copilot"),
    ("designer_", "Microsoft Designer"),
    ("freepik__", "Freepik AI"),
];

/// Whether `needle` stands in `value` with no letter or digit beside it.
fn contains_word(value: &str, needle: &str) -> bool {
    value.match_indices(needle).any(|(at, _)| {
        let before = value.get(..at).and_then(|s| s.chars().next_back());
        let after = value.get(at + needle.len()..).and_then(|s| s.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_types_in_every_spelling() {
        let check = |identifier: &str, expected| assert_eq!(source_type(identifier).map(|s| s.1), expected);
        check("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia", Some(Says::Ai));
        check("https://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic", Some(Says::AiEdited));
        check("digsrctype:trainedAlgorithmicMedia", Some(Says::Ai));
        check(" trainedAlgorithmicMedia ", Some(Says::Ai));
        check("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia/", Some(Says::Ai));
        check("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia", Some(Says::Other));
        check("http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture", Some(Says::Camera));
        check("something/else", None);
    }

    #[test]
    fn names_are_whole_words() {
        let check = |value: &str, expected| assert_eq!(named(value).map(|n| n.0), expected);
        check("Adobe_Firefly adobe_c2pa/0.12.4 c2pa-rs/0.32.7", Some("Adobe Firefly"));
        check("OpenAI Media Service API", Some("OpenAI"));
        check("Made with Google AI", Some("Google AI"));
        check("NovelAI", Some("NovelAI"));
        check("Google C2PA Core Generator Library", None);
        check("Adobe Photoshop 25.0", None);
        check("DALL·E 3", Some("OpenAI DALL·E"));
        check("Béatrice Dalle", None);
        check("Ideogrammatica", None);
        check("Metairie", None);
    }
}
