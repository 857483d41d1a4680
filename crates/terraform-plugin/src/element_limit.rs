//! Limits the number of elements in a message.

/// Limits the number of elements in one message. The count includes the elements of lists, sets, maps and tuples, and the attributes of
/// nested objects. Attributes of the outermost object are not counted, because the schema fixes the number of these attributes. An element
/// that takes one byte in the message takes about fifty bytes in memory. Without a limit, a message with 60 MB of nulls would take
/// gigabytes of memory.
#[derive(Debug)]
pub(crate) struct ElementLimit {
    most: usize,
    left: usize,
}

/// The error for a message with more elements than the limit.
#[derive(Debug, thiserror::Error)]
#[error("more than {most} elements in all")]
pub(crate) struct TooManyElements {
    most: usize,
}

impl ElementLimit {
    pub(crate) const DEFAULT: usize = 65_536;

    pub(crate) fn new(most: usize) -> Self {
        Self { most, left: most }
    }

    /// Counts elements that are about to be decoded. Returns an error if the message has more elements than the limit.
    pub(crate) fn take(&mut self, count: usize) -> Result<(), TooManyElements> {
        self.left = self.left.checked_sub(count).ok_or(TooManyElements { most: self.most })?;
        Ok(())
    }

    /// Returns an error if the limit does not allow `count` more elements. Does not count these elements.
    pub(crate) fn check(&self, count: usize) -> Result<(), TooManyElements> {
        if count > self.left { Err(TooManyElements { most: self.most }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_elements_up_to_the_limit_in_total() {
        let mut limit = ElementLimit::new(5);
        limit.take(2).expect("within the limit");
        limit.check(3).expect("within the limit");
        assert_eq!(limit.check(4).expect_err("more").to_string(), "more than 5 elements in all");
        limit.take(3).expect("within the limit");
        limit.take(1).expect_err("more");
    }
}
