use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::web::problem::ApiError;

/// A body that is read when the handler asks for it: for anonymous callers, rate limits are checked before the body is read.
pub struct Unread<T> {
    request: HttpRequest,
    payload: Payload,
    what: PhantomData<T>,
}

impl<T: FromRequest<Error = ApiError>> Unread<T> {
    /// Reads the body.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub async fn read(mut self) -> Result<T, ApiError> {
        T::from_request(&self.request, &mut self.payload).await
    }
}

impl<T: 'static> FromRequest for Unread<T> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { request: request.clone(), payload: payload.take(), what: PhantomData }))
    }
}
