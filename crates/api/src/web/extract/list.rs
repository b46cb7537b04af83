use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chot_domain::shared::{Draft, Violations};
use chot_persistence::{Page, Paging};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::query::{nul_faults, read_query};
use crate::web::problem::ApiError;
use crate::web::response::ApiResponse;

/// The query of a list: its filter and its page. The parameters of the page are the same for every list.
pub struct List<F> {
    /// The filter with its sort.
    pub filter: F,
    /// The page.
    pub paging: Paging,
    /// The request, with the address of this page.
    pub request: HttpRequest,
}

const OF_PAGING: [&str; 3] = ["limit", "cursor", "include_total"];

impl<F> List<F> {
    /// 200 with a page, and the address of the next one.
    pub fn page<V: Serialize>(&self, page: &Page<V>) -> ApiResponse {
        ApiResponse::page(&self.request, page)
    }
}

impl<F: Draft + DeserializeOwned + 'static> FromRequest for List<F> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let list = read(request.query_string()).map_err(|faults| ApiError::from(faults).in_parameters());
        std::future::ready(list.map(|(filter, paging)| Self { filter, paging, request: request.clone() }))
    }
}

fn read<F: Draft>(query: &str) -> Result<(F, Paging), Violations> {
    if query.contains("%00") {
        return Err(nul_faults(query));
    }
    let (of_paging, of_filter): (Vec<&str>, Vec<&str>) =
        query.split('&').partition(|pair| OF_PAGING.contains(&pair.split('=').next().unwrap_or_default()));
    match (read_query(&of_filter.join("&")), read_query(&of_paging.join("&"))) {
        (Ok(filter), Ok(paging)) => Ok((filter, paging)),
        (filter, paging) => Err(filter.err().unwrap_or_default().merge(paging.err().unwrap_or_default())),
    }
}
