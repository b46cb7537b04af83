use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A connection to a server that can be silenced: connections stay open, but no data passes, as with a frozen host or a broken
/// network.
pub struct Cable {
    /// The address of its client side.
    pub address: SocketAddr,
    is_silent: watch::Sender<bool>,
}

impl Cable {
    /// Connects to a server, for as long as the runtime of the test runs.
    pub async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (is_silent, silence) = watch::channel(false);
        let cable = Self { address: listener.local_addr().unwrap(), is_silent };
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, silence.clone()));
                tokio::spawn(carry(far_in, near_out, silence.clone()));
            }
        });
        cable
    }

    /// Blocks all data, or lets it pass again.
    pub fn silence(&self, is_silent: bool) {
        self.is_silent.send(is_silent).unwrap();
    }
}

async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut silence: watch::Receiver<bool>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count) = from.read(&mut bytes).await {
        if count == 0 || silence.wait_for(|is_silent| !is_silent).await.is_err() || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
