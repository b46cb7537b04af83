pub mod contract;
mod products;
