mod feed;
mod timeline;
