//! Values that somebody asks for right now: who wants the same waits for the same.

use std::any::Any;
use std::sync::Arc;

use quick_cache::sync::Cache;

/// How many values can be under way at once. Who comes when there are more asks for himself.
const MOST: usize = 10_000;

/// What came of asking: the value, or an error of the type that this kind of value has.
type Outcome = Result<Arc<[u8]>, Arc<dyn Any + Send + Sync>>;

/// The values that are under way in this process.
pub(super) struct UnderWay(Cache<String, Outcome>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl UnderWay {
    /// What `fetch` gives, or what somebody else gets who asks for the same just now. Where that one goes away
    /// the next one fetches.
    pub(super) async fn get<E>(
        &self,
        name: &str,
        fetch: impl Future<Output = Result<Arc<[u8]>, E>>,
    ) -> Result<Arc<[u8]>, E>
    where
        E: Clone + Send + Sync + 'static,
    {
        let outcome = match self.0.get_value_or_guard_async(name).await {
            Ok(outcome) => outcome,
            Err(place) => {
                let fetched = fetch.await;
                let outcome =
                    fetched.map_err(|error| Arc::new(error) as Arc<dyn Any + Send + Sync>);
                // Those who wait get it, and it is under way no more.
                let _told = place.insert(outcome.clone());
                self.0.remove(name);
                outcome
            }
        };
        outcome.map_err(|error| {
            let error = error.downcast::<E>();
            (*error.expect("a kind of value has one type of errors")).clone()
        })
    }
}
