//! Decisions on small modules; that the halves behave like the whole is what `tests/shim` shows on the real one.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemorySection, MemoryType,
    Module as Encoded, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{Parser, Payload};

use crate::module::Module;
use crate::plan::Plan;
use crate::{count, write};

/// Two imported functions (0 and 1), then these: each calls what is listed, and is too long to stay where it is not needed.
#[derive(Default)]
struct Sketch {
    calls: Vec<Vec<u32>>,
    /// Those that are short instead.
    short: Vec<u32>,
    exported: Vec<u32>,
    /// Functions in the function table, from place 1 on.
    placed: Vec<u32>,
    /// An instruction more in the first function.
    odd: Option<Instruction<'static>>,
}

impl Sketch {
    fn bytes(&self) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32, ValType::I64], [ValType::I32]);
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("js", "zero", EntityType::Function(0)).import("js", "one", EntityType::Function(0));
        let mut tables = TableSection::new();
        let size = self.placed.len() as u64 + 1;
        tables.table(TableType {
            element_type: RefType::EXTERNREF,
            minimum: 8,
            maximum: None,
            table64: false,
            shared: false,
        });
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: size,
            maximum: Some(size),
            table64: false,
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut globals = GlobalSection::new();
        globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(7));
        let mut exports = ExportSection::new();
        exports.export("memory", ExportKind::Memory, 0);
        for number in &self.exported {
            exports.export(&format!("export-{number}"), ExportKind::Func, *number);
        }
        let mut elements = ElementSection::new();
        elements.active(Some(1), &ConstExpr::i32_const(1), Elements::Functions(self.placed.as_slice().into()));
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for (number, calls) in (2..).zip(&self.calls) {
            functions.function(0);
            code.function(&self.body(number, calls));
        }
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(0), *b"data");
        let mut encoded = Encoded::new();
        encoded
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals);
        encoded.section(&exports).section(&elements).section(&code).section(&data);
        encoded.finish()
    }

    fn body(&self, number: u32, calls: &[u32]) -> Function {
        let mut body = Function::new([]);
        if let (2, Some(odd)) = (number, &self.odd) {
            body.instruction(odd).instruction(&Instruction::Drop);
        }
        for &called in calls {
            body.instructions().i32_const(1).i64_const(2).call(called).drop();
        }
        for _ in 0..if self.short.contains(&number) { 0 } else { 40 } {
            body.instructions().nop();
        }
        body.instructions().global_get(0).end();
        body
    }

    /// The plan, and both halves, which must be valid and fit together.
    fn cut(&self, ran: &[u32]) -> (Plan, Half, Half) {
        let bytes = self.bytes();
        let module = Module::parse(&bytes).unwrap();
        let plan = Plan::new(&module, &ran.iter().copied().collect()).unwrap();
        let first = Half::read(&write::first(&module, &plan).unwrap());
        let second = Half::read(&write::second(&module, &plan).unwrap());
        for name in second.imports.iter().filter_map(|name| name.strip_prefix("first.")) {
            assert!(first.exports.contains(name), "{name} is not exported");
        }
        (plan, first, second)
    }

    #[track_caller]
    fn is_refused(&self, ran: &[u32], why: &str) {
        let bytes = self.bytes();
        let plan = Module::parse(&bytes).and_then(|module| Plan::new(&module, &ran.iter().copied().collect()));
        assert_eq!(plan.map_err(|error| error.to_string()), Err(why.to_owned()));
    }
}

/// What can be seen of a valid module.
struct Half {
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
    functions: usize,
}

impl Half {
    fn read(bytes: &[u8]) -> Half {
        wasmparser::validate(bytes).unwrap();
        let (mut imports, mut exports, mut functions) = (BTreeSet::new(), BTreeSet::new(), 0);
        for payload in Parser::new(0).parse_all(bytes).map(Result::unwrap) {
            if let Payload::ImportSection(section) = payload {
                imports.extend(
                    section
                        .into_imports()
                        .map(Result::unwrap)
                        .map(|import| format!("{}.{}", import.module, import.name)),
                );
            } else if let Payload::ExportSection(section) = payload {
                exports.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
            } else if let Payload::CodeSectionStart { count, .. } = payload {
                functions = count as usize;
            }
        }
        Half { imports, exports, functions }
    }
}

#[test]
fn what_ran_is_first_and_what_it_asks_for_has_a_stub() {
    let sketch = Sketch { calls: vec![vec![3, 4], vec![], vec![5], vec![]], exported: vec![2], ..Sketch::default() };
    let (plan, first, second) = sketch.cut(&[2, 3]);
    assert_eq!(plan.first, BTreeSet::from([2, 3]));
    assert_eq!(plan.stubs, BTreeMap::from([(4, 1)]));
    assert_eq!(plan.to_string(), "2 functions first, 2 second; 1 stubs, 0 called across");
    assert_eq!((first.functions, second.functions), (3, 2));
}

#[test]
fn what_is_exported_or_placed_has_a_stub_and_what_nobody_asks_for_vanishes() {
    let sketch = Sketch {
        calls: vec![vec![], vec![], vec![], vec![]],
        exported: vec![3],
        placed: vec![2, 4],
        ..Sketch::default()
    };
    let (plan, first, _) = sketch.cut(&[2]);
    // A function that is in the table is replaced in its own place; another gets a new one at the end.
    assert_eq!(plan.stubs, BTreeMap::from([(3, 3), (4, 2)]));
    assert_eq!(plan.places, BTreeMap::from([(2, 4), (3, 3)]));
    assert_eq!(plan.table_size, 4);
    assert_eq!(first.functions, 3);
}

#[test]
fn every_place_of_a_function_is_filled_by_the_second_half() {
    let sketch = Sketch { calls: vec![vec![], vec![]], placed: vec![3, 2, 3], ..Sketch::default() };
    let (plan, ..) = sketch.cut(&[2]);
    assert_eq!(plan.places, BTreeMap::from([(1, 3), (3, 3)]));
}

#[test]
fn what_is_shorter_than_a_stub_is_first_unless_it_needs_one() {
    let sketch = Sketch { calls: vec![vec![3, 4], vec![0], vec![5], vec![]], short: vec![3, 4], ..Sketch::default() };
    let (plan, ..) = sketch.cut(&[2]);
    assert_eq!(plan.first, BTreeSet::from([2, 3]));
    assert_eq!(plan.stubs.keys().collect::<Vec<_>>(), [&4]);
}

#[test]
fn the_second_half_imports_what_it_calls_and_nothing_else() {
    let sketch = Sketch { calls: vec![vec![0], vec![1, 2, 4], vec![]], exported: vec![3], ..Sketch::default() };
    let (plan, first, second) = sketch.cut(&[2]);
    assert_eq!((plan.shared, plan.imported), (BTreeSet::from([2]), BTreeSet::from([1])));
    let imports = ["first.f0", "first.g0", "first.m0", "first.t0", "first.t1", "js.one"];
    assert_eq!(second.imports, imports.map(str::to_owned).into());
    assert_eq!(first.imports, ["js.one", "js.zero", "split.load"].map(str::to_owned).into());
    assert!(["memory", "export-3", "loaded"].iter().all(|&name| first.exports.contains(name)));
}

#[test]
fn a_second_half_may_be_empty() {
    let (plan, ..) = Sketch { calls: vec![vec![]], exported: vec![2], ..Sketch::default() }.cut(&[2]);
    assert_eq!((plan.stubs.len(), plan.table_size), (0, 1));
}

#[test]
fn a_record_of_another_module_is_refused() {
    Sketch { calls: vec![vec![]], ..Sketch::default() }
        .is_refused(&[1], "function 1 ran, but there is none in this module");
    Sketch { calls: vec![vec![]], ..Sketch::default() }
        .is_refused(&[3], "function 3 ran, but there is none in this module");
}

#[test]
fn an_instruction_that_would_leave_its_half_is_refused() {
    let sketch = Sketch { calls: vec![vec![]], odd: Some(Instruction::RefFunc(2)), ..Sketch::default() };
    sketch.is_refused(&[2], "an instruction that cannot be cut: RefFunc { function_index: 2 }");
}

#[test]
fn each_function_of_a_counting_module_has_a_global_that_is_exported() {
    let bytes = Sketch { calls: vec![vec![3], vec![0]], exported: vec![2], ..Sketch::default() }.bytes();
    let counting = Half::read(&count::counting(&Module::parse(&bytes).unwrap(), &bytes).unwrap());
    assert_eq!(counting.exports, ["memory", "export-2", "hit:2", "hit:3"].map(str::to_owned).into());
}
