//! How much is read, of one call altogether: a script inside of a script draws on the same budget.

/// Bytes of scripts that are read; what follows is asked about. Longer ones are rare, and in a cold process every 16 KB of one
/// word cost four milliseconds.
const BYTES_MOST: usize = 32 << 10;
/// Words after expansion.
const WORDS_MOST: usize = 4 << 10;
/// Simple commands, as they are written and as they come of that.
const COMMANDS_MOST: usize = 1 << 10;
/// Constructs within constructs. Bounds the stack: people write six, generators twelve.
const NESTING_MOST: usize = 64;
/// Steps, each about as much work as reading one byte. The bound on time whatever the input is: what people write takes a few
/// thousand, and a file of 30 KB in a here-document a third of these.
const STEPS_MOST: usize = 256 << 10;

/// What is left to be read. One for each call that is judged.
#[derive(Clone, Debug)]
pub struct Budget {
    pub(super) bytes: usize,
    pub(super) words: usize,
    pub(super) commands: usize,
    nesting: usize,
    steps: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: BYTES_MOST, words: WORDS_MOST, commands: COMMANDS_MOST, nesting: NESTING_MOST, steps: STEPS_MOST }
    }
}

impl Budget {
    /// One level deeper; false where that is too deep. To be followed by [`Self::leave`] where true.
    #[must_use]
    pub fn enter(&mut self) -> bool {
        match self.nesting.checked_sub(1) {
            Some(left) => {
                self.nesting = left;
                true
            }
            None => false,
        }
    }

    /// Back from one level.
    pub fn leave(&mut self) {
        self.nesting += 1;
    }

    /// Takes steps; false where there are not so many left, and none are left then.
    #[must_use]
    pub fn spend(&mut self, steps: usize) -> bool {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                true
            }
            None => {
                self.steps = 0;
                false
            }
        }
    }

    /// How many steps were taken.
    #[must_use]
    pub fn spent(&self) -> usize {
        STEPS_MOST - self.steps
    }
}
