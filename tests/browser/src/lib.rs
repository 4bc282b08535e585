//! What the journeys share: the servers, the browser, the page object.
