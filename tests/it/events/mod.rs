pub mod contract;
mod feed;
mod sight;
mod timeline;
