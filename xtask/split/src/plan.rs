//! What goes where. No bytes are read or written here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use wasmparser::ExternalKind;

use crate::Result;
use crate::module::Module;

/// About what a stub takes, in bytes. A function no longer than that is not worth one.
const STUB_BYTES: usize = 20;

/// Where each function is, in the numbers of the whole module.
#[derive(Debug, Eq, PartialEq)]
pub struct Plan {
    /// In the first half: what ran, and what is shorter than its stub.
    pub first: BTreeSet<u32>,
    /// In the second half, and still asked for in the first: their stubs, with the place in the function table that
    /// the second half puts them in.
    pub stubs: BTreeMap<u32, u32>,
    /// Of the first half, called by the second.
    pub shared: BTreeSet<u32>,
    /// Imported functions that the second half calls, too.
    pub imported: BTreeSet<u32>,
    /// Everything that the second half puts into the function table: place and function.
    pub places: BTreeMap<u32, u32>,
    /// How many places the function table has in the end.
    pub table_size: u32,
    /// Of functions, for the report.
    second: usize,
}

impl Plan {
    /// `ran` are the numbers of functions that ran before the first beat.
    pub fn new(module: &Module, ran: &BTreeSet<u32>) -> Result<Self> {
        if let Some(number) = ran.iter().find(|&&number| module.function(number).is_none()) {
            return Err(format!("function {number} ran, but there is none in this module").into());
        }
        let mut first = ran.clone();
        first.extend(asked_for(module, ran).into_iter().filter(|&number| is_short(module, number, ran)));

        let own_place: BTreeMap<u32, u32> = module.places.iter().map(|&(place, function)| (function, place)).collect();
        let table = module.tables.get(module.table as usize).ok_or("no function table")?;
        let mut table_size = u32::try_from(table.ty.initial)?;
        let stubs: BTreeMap<u32, u32> = asked_for(module, &first)
            .into_iter()
            .map(|number| {
                let place = own_place.get(&number).copied().unwrap_or_else(|| {
                    table_size += 1;
                    table_size - 1
                });
                (number, place)
            })
            .collect();
        let old_places = module.places.iter().filter(|(_, function)| stubs.contains_key(function)).copied();
        let places = old_places.chain(stubs.iter().map(|(&number, &place)| (place, number))).collect();

        let second = module.own().filter(|(number, _)| !first.contains(number));
        let called: BTreeSet<u32> = second.clone().flat_map(|(_, function)| function.calls.iter().copied()).collect();
        Ok(Self {
            shared: called.intersection(&first).copied().collect(),
            imported: called.iter().copied().filter(|&number| number < module.first_own()).collect(),
            second: second.count(),
            first,
            stubs,
            places,
            table_size,
        })
    }
}

/// Functions that are not in the first half, and that it, the function table or the exports name.
fn asked_for(module: &Module, first: &BTreeSet<u32>) -> BTreeSet<u32> {
    let called =
        first.iter().filter_map(|&number| module.function(number)).flat_map(|function| function.calls.iter().copied());
    let exported = module.exports.iter().filter(|export| export.kind == ExternalKind::Func).map(|export| export.index);
    let placed = module.places.iter().map(|&(_, function)| function);
    called
        .chain(exported)
        .chain(placed)
        .filter(|&number| module.function(number).is_some() && !first.contains(&number))
        .collect()
}

/// Whether a stub would be no shorter. What calls into the second half would only need stubs itself.
fn is_short(module: &Module, number: u32, first: &BTreeSet<u32>) -> bool {
    module.function(number).is_some_and(|function| {
        function.body.range().len() <= STUB_BYTES
            && function.calls.iter().all(|&called| called < module.first_own() || first.contains(&called))
    })
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second, stubs, shared) = (self.first.len(), self.second, self.stubs.len(), self.shared.len());
        write!(f, "{first} functions first, {second} second; {stubs} stubs, {shared} called across")
    }
}
