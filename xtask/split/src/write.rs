//! The two halves as modules.
//!
//! The first has memory, tables, globals, data and exports of the whole. Where it asks for a function of the second it has a
//! stub in its place: that calls `split.load` once, which instantiates the second half, and then the function through its
//! place in the function table. The second imports all it needs of the first, and fills the places.

use std::collections::BTreeMap;

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection,
    Module as Encoded, TableSection, TableType, TypeSection, ValType,
};

use wasmparser::{FuncType, Import};

use crate::Result;
use crate::module::{self, Module};
use crate::numbers::Numbers;
use crate::plan::Plan;

/// The function that the first half calls before it needs the second: `split.load`.
const LOAD: (&str, &str) = ("split", "load");
/// The exported global that says that the second half is there.
const LOADED: &str = "loaded";
/// What the second half calls the first.
const FIRST: &str = "first";

/// Stands for `split.load` among the old numbers, of which none is this high.
const LOAD_NUMBER: u32 = u32::MAX;

pub fn first(module: &Module, plan: &Plan) -> Result<Vec<u8>> {
    let mut sections = Sections::new(module)?;
    for (number, import) in (0..).zip(&module.imports) {
        sections.import(number, import)?;
    }
    sections.numbers.add(LOAD_NUMBER);
    sections.imports.import(LOAD.0, LOAD.1, EntityType::Function(sections.plain_type));
    let kept = module.alike(|number| plan.first.contains(&number));
    let stubs = module.alike(|number| plan.stubs.contains_key(&number));
    for &(number, function) in kept.iter().chain(&stubs) {
        sections.declare(number, function);
    }
    let (globals, loaded) = globals(module)?;
    let load = sections.numbers.function_index(LOAD_NUMBER)?;
    for (_, function) in kept {
        sections.define(function)?;
    }
    for (number, function) in stubs {
        let place = *plan.stubs.get(&number).ok_or("a stub without a place")?;
        sections.code.function(&stub(module, function.signature, loaded, load, place)?);
    }

    let Sections { types, imports, functions, code, mut numbers, .. } = sections;
    let (mut tables, mut memories, mut data) = (TableSection::new(), MemorySection::new(), DataSection::new());
    for number in 0..module.tables.len() as u32 {
        tables.table(table(module, plan, number)?);
    }
    for &memory in &module.memories {
        memories.memory(numbers.memory_type(memory)?);
    }
    numbers.parse_data_section(&mut data, module.data.clone())?;
    let mut encoded = Encoded::new();
    encoded.section(&types).section(&imports).section(&functions).section(&tables).section(&memories).section(&globals);
    encoded.section(&exports(module, plan, loaded, &mut numbers)?);
    encoded.section(&elements(module.table, module.places.iter().copied(), &mut numbers)?);
    if let Some(count) = module.data_count {
        encoded.section(&DataCountSection { count });
    }
    encoded.section(&code).section(&data);
    Ok(encoded.finish())
}

pub fn second(module: &Module, plan: &Plan) -> Result<Vec<u8>> {
    let mut sections = Sections::new(module)?;
    for (number, import) in (0..).zip(&module.imports).filter(|(number, _)| plan.imported.contains(number)) {
        sections.import(number, import)?;
    }
    for (kind, name, number) in shared(module, plan) {
        if kind == ExportKind::Func {
            sections.numbers.add(number);
        }
        let entity = entity(module, plan, kind, number, &mut sections.numbers)?;
        sections.imports.import(FIRST, &name, entity);
    }
    let here = module.alike(|number| !plan.first.contains(&number));
    for &(number, function) in &here {
        sections.declare(number, function);
    }
    for (_, function) in here {
        sections.define(function)?;
    }
    let Sections { types, imports, functions, code, mut numbers, .. } = sections;
    let elements =
        elements(module.table, plan.places.iter().map(|(&place, &function)| (place, function)), &mut numbers)?;
    let mut encoded = Encoded::new();
    encoded.section(&types).section(&imports).section(&functions).section(&elements).section(&code);
    Ok(encoded.finish())
}

/// Those that both halves have, and the numbers that functions get in them.
struct Sections {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    code: CodeSection,
    /// The type of a function that takes and gives nothing.
    plain_type: u32,
    numbers: Numbers,
}

impl Sections {
    fn new(module: &Module) -> Result<Self> {
        let mut numbers = Numbers::default();
        let mut types = TypeSection::new();
        numbers.parse_type_section(&mut types, module.types.clone())?;
        let is_plain = |signature: &FuncType| signature.params().is_empty() && signature.results().is_empty();
        let plain_type = match module.signatures.iter().position(is_plain) {
            Some(number) => number as u32,
            None => {
                types.ty().function([], []);
                types.len() - 1
            }
        };
        let (imports, functions, code) = (ImportSection::new(), FunctionSection::new(), CodeSection::new());
        Ok(Self { types, imports, functions, code, plain_type, numbers })
    }

    /// Takes over an imported function.
    fn import(&mut self, number: u32, import: &Import) -> Result {
        self.numbers.add(number);
        let entity = self.numbers.entity_type(import.ty)?;
        self.imports.import(import.module, import.name, entity);
        Ok(())
    }

    /// All functions of a half are declared before the first is defined: they call each other.
    fn declare(&mut self, number: u32, function: &module::Function) {
        self.numbers.add(number);
        self.functions.function(function.signature);
    }

    fn define(&mut self, function: &module::Function) -> Result {
        Ok(self.numbers.parse_function_body(&mut self.code, function.body.clone())?)
    }
}

/// With the number of the one that says whether the second half is there.
fn globals(module: &Module) -> Result<(GlobalSection, u32)> {
    let mut globals = GlobalSection::new();
    for global in &module.globals {
        Numbers::default().parse_global(&mut globals, global.clone())?;
    }
    let loaded = globals.len();
    globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
    Ok((globals, loaded))
}

fn exports(module: &Module, plan: &Plan, loaded: u32, numbers: &mut Numbers) -> Result<ExportSection> {
    let mut exports = ExportSection::new();
    for export in &module.exports {
        numbers.parse_export(&mut exports, *export)?;
    }
    exports.export(LOADED, ExportKind::Global, loaded);
    for (kind, name, number) in shared(module, plan) {
        let number = if kind == ExportKind::Func { numbers.function_index(number)? } else { number };
        exports.export(&name, kind, number);
    }
    Ok(exports)
}

/// What the first half exports and the second imports, in this order: kind, name, and number in the whole.
fn shared(module: &Module, plan: &Plan) -> Vec<(ExportKind, String, u32)> {
    let named = |kind, letter: char, count: usize| {
        (0..count as u32).map(move |number| (kind, format!("{letter}{number}"), number))
    };
    let memories = named(ExportKind::Memory, 'm', module.memories.len());
    let tables = named(ExportKind::Table, 't', module.tables.len());
    let globals = named(ExportKind::Global, 'g', module.globals.len());
    let functions = (0..).zip(&plan.shared).map(|(n, &number): (u32, _)| (ExportKind::Func, format!("f{n}"), number));
    memories.chain(tables).chain(globals).chain(functions).collect()
}

/// Its type, for who imports it.
fn entity(module: &Module, plan: &Plan, kind: ExportKind, number: u32, numbers: &mut Numbers) -> Result<EntityType> {
    let missing = || format!("there is no {kind:?} {number}");
    Ok(match kind {
        ExportKind::Func => EntityType::Function(module.function(number).ok_or_else(missing)?.signature),
        ExportKind::Table => EntityType::Table(table(module, plan, number)?),
        ExportKind::Memory => {
            EntityType::Memory(numbers.memory_type(*module.memories.get(number as usize).ok_or_else(missing)?)?)
        }
        ExportKind::Global => {
            EntityType::Global(numbers.global_type(module.globals.get(number as usize).ok_or_else(missing)?.ty)?)
        }
        ExportKind::Tag => return Err(missing().into()),
    })
}

/// The function table has more places than that of the whole.
fn table(module: &Module, plan: &Plan, number: u32) -> Result<TableType> {
    let table = module.tables.get(number as usize).ok_or("no such table")?;
    let mut table = Numbers::default().table_type(table.ty)?;
    if number == module.table {
        let more = u64::from(plan.table_size) - table.minimum;
        table.minimum += more;
        table.maximum = table.maximum.map(|maximum| maximum + more);
    }
    Ok(table)
}

/// Functions in their places, with one segment for each row without a gap.
fn elements(table: u32, places: impl Iterator<Item = (u32, u32)>, numbers: &mut Numbers) -> Result<ElementSection> {
    let places: BTreeMap<u32, u32> = places.collect();
    let mut rows: Vec<(u32, Vec<u32>)> = Vec::new();
    for (place, function) in places {
        let function = numbers.function_index(function)?;
        match rows.last_mut() {
            Some((begin, row)) if *begin + row.len() as u32 == place => row.push(function),
            _ => rows.push((place, vec![function])),
        }
    }
    let mut section = ElementSection::new();
    for (begin, row) in rows {
        let table = (table != 0).then_some(table);
        section.active(table, &ConstExpr::i32_const(begin as i32), Elements::Functions(row.into()));
    }
    Ok(section)
}

/// Loads the second half if it is not there, then calls what is in its place now.
fn stub(module: &Module, signature: u32, loaded: u32, load: u32, place: u32) -> Result<Function> {
    let params = module.signatures.get(signature as usize).ok_or("no such type")?.params().len() as u32;
    let mut stub = Function::new([]);
    let mut code = stub.instructions();
    code.global_get(loaded).i32_eqz().if_(BlockType::Empty).call(load).end();
    for param in 0..params {
        code.local_get(param);
    }
    code.i32_const(place as i32).call_indirect(module.table, signature).end();
    Ok(stub)
}
