//! A module, read as far as it must be known to be cut.

// Of hundreds of instructions a handful matters.
#![allow(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeSet;

use wasmparser::{
    DataSectionReader, ElementItems, ElementKind, Export, FuncType, FunctionBody, Global, Import, MemoryType, Operator,
    Parser, Payload, Table, TypeRef, TypeSectionReader,
};

use crate::{Result, order};

/// Functions are numbered as in wasm: the imported ones first.
pub struct Module<'a> {
    pub types: TypeSectionReader<'a>,
    pub signatures: Vec<FuncType>,
    /// All of them functions.
    pub imports: Vec<Import<'a>>,
    pub functions: Vec<Function<'a>>,
    pub tables: Vec<Table<'a>>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    /// Which function is in which place of the function table.
    pub places: Vec<(u32, u32)>,
    /// The number of the function table.
    pub table: u32,
    pub data: DataSectionReader<'a>,
    pub data_count: Option<u32>,
}

pub struct Function<'a> {
    /// The number of its type.
    pub signature: u32,
    pub body: FunctionBody<'a>,
    /// Functions that it calls by number.
    pub calls: BTreeSet<u32>,
}

impl<'a> Module<'a> {
    /// Refuses what the core does not have, and what could not be cut.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let (mut types, mut data, mut data_count) = (None, None, None);
        let (mut signatures, mut bodies) = (Vec::new(), Vec::new());
        let (mut imports, mut tables, mut memories, mut globals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut exports, mut elements) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => types = Some(section),
                Payload::ImportSection(section) => imports = section.into_imports().collect::<Result<_, _>>()?,
                Payload::FunctionSection(section) => signatures = all(section)?,
                Payload::TableSection(section) => tables = all(section)?,
                Payload::MemorySection(section) => memories = all(section)?,
                Payload::GlobalSection(section) => globals = all(section)?,
                Payload::ExportSection(section) => exports = all(section)?,
                Payload::ElementSection(section) => elements = all(section)?,
                Payload::DataSection(section) => data = Some(section),
                Payload::DataCountSection { count, .. } => data_count = Some(count),
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::Version { .. } | Payload::CodeSectionStart { .. } | Payload::End(_) => {}
                // Names and the like: the halves carry none.
                Payload::CustomSection(_) => {}
                other => return Err(format!("a section that the core should not have: {other:?}").into()),
            }
        }
        if imports.iter().any(|import: &Import| !matches!(import.ty, TypeRef::Func(_))) {
            return Err("something other than a function is imported".into());
        }
        let functions = signatures.into_iter().zip(bodies).map(|(signature, body)| Function::read(signature, body));
        let types: TypeSectionReader = types.ok_or("no types")?;
        Ok(Self {
            signatures: types.clone().into_iter_err_on_gc_types().collect::<Result<_, _>>()?,
            types,
            imports,
            functions: functions.collect::<Result<_>>()?,
            table: function_table(&tables)?,
            places: places(elements)?,
            tables,
            memories,
            globals,
            exports,
            data: data.ok_or("no data")?,
            data_count,
        })
    }

    /// The number of the first function that is not imported.
    pub fn first_own(&self) -> u32 {
        self.imports.len() as u32
    }

    /// The functions that are not imported, with their numbers.
    pub fn own(&self) -> impl Iterator<Item = (u32, &Function<'a>)> + Clone {
        (self.first_own()..).zip(&self.functions)
    }

    /// Some of them, alike ones beside each other.
    pub fn alike(&self, is_wanted: impl Fn(u32) -> bool) -> Vec<(u32, &Function<'a>)> {
        let found = self.own().filter(|&(number, _)| is_wanted(number)).collect();
        order::alike(found, |(_, function)| function.body.as_bytes())
    }

    /// Nothing for an imported function.
    pub fn function(&self, number: u32) -> Option<&Function<'a>> {
        self.functions.get(number.checked_sub(self.first_own())? as usize)
    }
}

impl<'a> Function<'a> {
    fn read(signature: u32, body: FunctionBody<'a>) -> Result<Self> {
        let mut calls = BTreeSet::new();
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            match operators.read()? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    calls.insert(function_index);
                }
                // Segments belong to one of the halves; a reference to a function could leave its half.
                operator @ (Operator::RefFunc { .. }
                | Operator::MemoryInit { .. }
                | Operator::DataDrop { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. }) => {
                    return Err(format!("an instruction that cannot be cut: {operator:?}").into());
                }
                _ => {}
            }
        }
        Ok(Self { signature, body, calls })
    }
}

fn all<'a, T: wasmparser::FromReader<'a>>(section: wasmparser::SectionLimited<'a, T>) -> Result<Vec<T>> {
    Ok(section.into_iter().collect::<Result<_, _>>()?)
}

fn function_table(tables: &[Table]) -> Result<u32> {
    let mut found = (0..).zip(tables).filter(|(_, table)| table.ty.element_type.is_func_ref());
    match (found.next(), found.next()) {
        (Some((number, _)), None) => Ok(number),
        _ => Err("not one table of functions".into()),
    }
}

fn places(elements: Vec<wasmparser::Element>) -> Result<Vec<(u32, u32)>> {
    let mut places = Vec::new();
    for element in elements {
        let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(functions)) =
            (element.kind, element.items)
        else {
            return Err("elements that are not put in their places at the start".into());
        };
        let Operator::I32Const { value: begin } = offset_expr.get_operators_reader().read()? else {
            return Err("elements in a place that is not known before the start".into());
        };
        for (place, function) in (begin as u32..).zip(functions) {
            places.push((place, function?));
        }
    }
    Ok(places)
}
