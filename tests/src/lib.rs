//! The whole story, in real browsers against the real collector.
