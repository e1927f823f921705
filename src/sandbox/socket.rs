//! Sockets between a parent and its worker, and open files over them.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};

/// A worker that is gone is an error of the call, not a signal.
#[cfg(not(target_vendor = "apple"))]
const SEND: SendFlags = SendFlags::NOSIGNAL;
/// macOS says this of the socket: [`pair`].
#[cfg(target_vendor = "apple")]
const SEND: SendFlags = SendFlags::empty();

/// No program that the worker might be made to start inherits the file.
#[cfg(not(target_vendor = "apple"))]
const RECEIVE: RecvFlags = RecvFlags::CMSG_CLOEXEC;
/// macOS cannot say this. The worker starts no program of its own accord.
#[cfg(target_vendor = "apple")]
const RECEIVE: RecvFlags = RecvFlags::empty();

/// Two ends of a new socket, the first of them the parent's, who waits no longer than its `patience` for a
/// worker that takes nothing.
pub(super) fn pair(patience: Duration) -> io::Result<(UnixStream, UnixStream)> {
    let (parent, worker) = UnixStream::pair()?;
    parent.set_write_timeout(Some(patience.max(Duration::from_millis(1))))?;
    #[cfg(target_vendor = "apple")]
    rustix::net::sockopt::set_socket_nosigpipe(&parent, true)?;
    Ok((parent, worker))
}

/// Sends an open file and one byte with it.
pub(super) fn pass(socket: &UnixStream, file: &File, byte: u8) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let descriptors = [file.as_fd()];
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(socket, &[IoSlice::new(&[byte])], &mut control, SEND)?;
    Ok(())
}

/// The next open file and the byte that came with it, or `None` when the other side has hung up.
pub(super) fn take(socket: impl AsFd) -> io::Result<Option<(File, u8)>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0_u8];
    let buffers = &mut [IoSliceMut::new(&mut byte)];
    rustix::io::retry_on_intr(|| recvmsg(&socket, buffers, &mut control, RECEIVE))?;
    let descriptors = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    });
    let file = descriptors.flatten().next().map(File::from);
    Ok(file.map(|file| (file, byte[0])))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_worker_that_takes_nothing_holds_no_one_up() {
        let (mut parent, _worker) = pair(Duration::from_millis(1)).unwrap();
        let file = File::open("Cargo.toml").unwrap();
        assert!((0..100_000).any(|_| pass(&parent, &file, 0).is_err()));
        assert_eq!(parent.write_all(&vec![0; 16 << 20]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }
}
