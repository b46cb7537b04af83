mod feed;
mod sight;
mod timeline;
