//! The same module, that tells which of its functions ran.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    ConstExpr, ExportKind, ExportSection, Function, GlobalSection, GlobalType, Module as Encoded, ValType,
};
use wasmparser::{ExportSectionReader, FunctionBody, GlobalSectionReader, Parser};

use crate::Result;
use crate::module::Module;

/// Each function n sets a global of its own to 1, which is exported as `hit:<n>`.
pub fn counting(module: &Module, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut counting = Counting {
        globals: module.globals.len() as u32,
        own: module.functions.len() as u32,
        first_own: module.first_own(),
        written: 0,
    };
    let mut encoded = Encoded::new();
    counting.parse_core_module(&mut encoded, Parser::new(0), bytes)?;
    Ok(encoded.finish())
}

struct Counting {
    /// Globals of the module, after which ours begin.
    globals: u32,
    own: u32,
    first_own: u32,
    /// Functions that are written already.
    written: u32,
}

impl Reencode for Counting {
    type Error = Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_global_section(self, globals, section)?;
        for _ in 0..self.own {
            globals
                .global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        for n in 0..self.own {
            exports.export(&format!("hit:{}", self.first_own + n), ExportKind::Global, self.globals + n);
        }
        Ok(())
    }

    fn new_function_with_parsed_locals(&mut self, body: &FunctionBody<'_>) -> Result<Function, Error> {
        let mut function = utils::new_function_with_parsed_locals(self, body)?;
        function.instructions().i32_const(1).global_set(self.globals + self.written);
        self.written += 1;
        Ok(function)
    }
}
