//! Pages and machine-readable forms of the classifier.

mod forms;
mod negotiated;
mod proposals;
mod show;

use ratusha_platform::http::routes::Routes;

/// The doors of the classifier.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/classifier", show::tree)
        .get("/classifier.ttl", show::turtle)
        .get("/classifier.rdf", show::rdf_xml)
        .get("/classifier.jsonld", show::json_ld)
        .get("/classifier/propose", proposals::new)
        .post("/classifier/propose", proposals::create)
        .get("/classifier/proposals", proposals::list)
        .get("/classifier/proposals/{id}", proposals::show)
        .post("/classifier/proposals/{id}/remark", proposals::remark)
        .post("/classifier/proposals/{id}/accept", proposals::accept)
        .post("/classifier/proposals/{id}/decline", proposals::decline)
        .get("/classifier/{notation}", show::concept)
        .get("/ap/classifier", show::activity_now)
        .get("/ap/classifier/{edition}", show::activity)
}
