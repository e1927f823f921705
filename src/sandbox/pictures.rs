//! Pictures that the worker rendered and may not have recognised itself: it
//! can start no program. It asks its parent, which trusts the pixels as little as any answer.

use std::io;
use std::time::Duration;

use rustix::fd::AsFd;

use crate::error::FileError;
use crate::ocr::{Grey, Line, Recogniser, Unread};

/// Marks a message's length as that of a question, not of the answer.
pub(super) const QUESTION: u32 = 1 << 31;
/// Longest reply to a question that a worker takes, in bytes.
const REPLY_BYTES: usize = 16 << 20;
/// Largest picture that is asked about, in bytes: half of what the parent takes for a message.
const PICTURE_BYTES: usize = 32 << 20;
const HEAD: usize = 12;

/// A picture as the bytes of a question.
pub(super) fn encode(picture: &Grey) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + picture.pixels.len());
    for number in [picture.width, picture.height, picture.dpi] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend_from_slice(&picture.pixels);
    bytes
}

/// The picture in a question, when it is as large as it says.
fn decode(bytes: &[u8]) -> Result<Grey, FileError> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let (Some(width), Some(height), Some(dpi)) = (number(0), number(4), number(8)) else {
        return Err(FileError::BadReply);
    };
    let pixels = bytes.get(HEAD..).unwrap_or_default();
    let fits = u64::from(width) * u64::from(height) == pixels.len() as u64;
    let sane = (1..=2400).contains(&dpi);
    if fits && sane { Ok(Grey { width, height, pixels: pixels.to_vec(), dpi }) } else { Err(FileError::BadReply) }
}

/// The reply to a question of the worker, if any time is `left` for pictures.
pub(super) fn reply(question: &[u8], recogniser: Option<&Recogniser>, left: Duration) -> Result<Vec<u8>, FileError> {
    let picture = decode(question)?;
    let recogniser = recogniser.filter(|_| !left.is_zero()).ok_or(Unread::Failed);
    let lines = recogniser.and_then(|recogniser| recogniser.upright(&picture));
    // Lines are plain data and always have a JSON form.
    let json = serde_json::to_vec(&lines).map_err(|_| FileError::Panic)?;
    let length = u32::try_from(json.len()).map_err(|_| FileError::Panic)?;
    Ok([&length.to_le_bytes()[..], &json].concat())
}

/// The worker's side: asks the parent for the lines in a picture.
pub(super) fn ask(picture: &Grey, send: impl Fn(&[u8], u32) -> io::Result<()>) -> Result<Vec<Line>, Unread> {
    if picture.pixels.len() > PICTURE_BYTES {
        return Err(Unread::Failed);
    }
    exchange(picture, send).unwrap_or(Err(Unread::Failed))
}

fn exchange(picture: &Grey, send: impl Fn(&[u8], u32) -> io::Result<()>) -> Option<Result<Vec<Line>, Unread>> {
    send(&encode(picture), QUESTION).ok()?;
    let mut length = [0; 4];
    fill(&mut length).ok()?;
    let length = usize::try_from(u32::from_le_bytes(length)).ok().filter(|length| *length <= REPLY_BYTES)?;
    let mut json = vec![0; length];
    fill(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

/// Reads from the socket that answers go to.
fn fill(buffer: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match rustix::io::retry_on_intr(|| rustix::io::read(io::stdout().as_fd(), &mut *rest))? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_believed_only_when_it_is_a_picture() {
        let picture = Grey { width: 2, height: 1, pixels: vec![0, 255], dpi: 300 };
        let bytes = encode(&picture);
        assert_eq!(decode(&bytes), Ok(picture));
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), Err(FileError::BadReply), "{end}");
        }
    }

    #[test]
    fn no_time_is_no_lines() {
        let recogniser = Recogniser::new(|_| Ok(Vec::new()));
        let question = encode(&Grey { width: 1, height: 1, pixels: vec![0], dpi: 300 });
        let said = |left| String::from_utf8(reply(&question, Some(&recogniser), left).unwrap()[4..].to_vec()).unwrap();
        assert_eq!([said(Duration::ZERO), said(Duration::from_secs(1))], [r#"{"Err":"failed"}"#, r#"{"Ok":[]}"#]);
    }
}
