//! Chance that can be repeated, and scripts made by it.

/// Throws the same from the same start.
pub struct Dice(u64);

impl Dice {
    pub fn new(start: u64) -> Self {
        Self(start.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Less than the given number.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % end
    }

    pub fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    /// So many pieces, joined.
    fn several(&mut self, least: usize, most: usize, joint: &str, mut one: impl FnMut(&mut Self) -> String) -> String {
        let count = least + self.below(most - least + 1);
        (0..count).map(|_| one(self)).collect::<Vec<_>>().join(joint)
    }
}

/// A script whose grammar is right.
pub fn script(dice: &mut Dice, depth: usize) -> String {
    dice.several(1, 3, "\n", |dice| list(dice, depth))
}

fn list(dice: &mut Dice, depth: usize) -> String {
    let mut text = chain(dice, depth);
    for _ in 0..dice.below(3) {
        // A here-document begins behind the next end of line.
        text += if text.contains("<<") { "\n" } else { dice.pick(&["; ", " & ", ";", "\n", " &\n"]) };
        text += &chain(dice, depth);
    }
    text
}

fn chain(dice: &mut Dice, depth: usize) -> String {
    let joint = dice.pick(&[" && ", " || ", " | ", "|&", "&&\n"]);
    let prefix = dice.pick(&["", "", "", "", "! ", "time "]);
    if depth == 0 || dice.below(3) > 0 {
        return prefix.to_owned() + &dice.several(1, 2, joint, simple);
    }
    prefix.to_owned() + &compound(dice, depth - 1)
}

fn block(dice: &mut Dice, depth: usize) -> String {
    list(dice, depth) + "\n"
}

fn compound(dice: &mut Dice, depth: usize) -> String {
    let (a, b, c) = (block(dice, depth), block(dice, depth), block(dice, depth));
    let (w, x) = (word(dice), word(dice));
    let redirect = dice.pick(&["", "", " >f", " 2>&1", " <f"]);
    let text = match dice.below(15) {
        0 => format!("if {a}then {b}fi"),
        1 => format!("if {a}then {b}elif {c}then {a}else {b}fi"),
        2 => format!("while {a}do {b}done"),
        3 => format!("until {a}do {b}done"),
        4 => format!("for x in {w} {x}; do {a}done"),
        5 => format!("for x\ndo {a}done"),
        6 => format!("for ((i=0; i<3; i++)); do {a}done"),
        7 => format!("case {w} in a|b) {a};; (c) {b};& *) {c};; esac"),
        8 => format!("{{ {a}}}"),
        9 => format!("({a})"),
        10 => format!("f() {{ {a}}}"),
        11 => format!("function g {{ {a}}}"),
        12 => format!("[[ -f {w} && {x} == a* || ! ( -z $x ) ]]"),
        13 => "((x = 1 + (2 * y), z++))".to_owned(),
        _ => format!("select x in {w}; do {a}done"),
    };
    text + redirect
}

/// A command with its arguments.
fn simple(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.below(4) == 0 {
        text += &format!("{}={} ", dice.pick(&["A", "b_1", "PATH"]), word(dice));
    }
    text += dice.pick(&["ls", "git", "echo", "./x", "$x", "\"a b\"", "rm", "grep"]);
    for _ in 0..dice.below(4) {
        text += " ";
        text += &word(dice);
    }
    match dice.below(12) {
        0 => text += " > out",
        1 => text += " 2>&1",
        2 => text += " <<< \"$x\"",
        3 => text += " &> /dev/null",
        4 => text += " >> \"$f\" < in",
        _ => {}
    }
    text
}

/// A word of any kind.
pub fn word(dice: &mut Dice) -> String {
    dice.several(1, 3, "", piece)
}

fn piece(dice: &mut Dice) -> String {
    match dice.below(30) {
        0 => format!("$({})", simple(dice)),
        1 => format!("\"$({})\"", simple(dice)),
        2 => format!("`{}`", dice.pick(&["a", "b c", "d | e", "echo \\`a\\`"])),
        3 => format!("<({})", simple(dice)),
        4 => format!("\"{} {}\"", dice.pick(&["a", "$x", "${x:-y}", "\\\"", "'"]), piece_in_quotes(dice)),
        5 => format!("$(({}))", dice.pick(&["1", "x+1", "(1+2)*3", "$x", "x<<2", "a[1]"])),
        6 => format!(
            "${{x{}}}",
            dice.pick(&[":-a", "#*.", "%%/*", "/a/b", "//\\//-", ":1:2", "^^", "[0]", "[@]", ":+\"a b\"", "@Q"])
        ),
        7 => dice.pick(&["${#x}", "${!x}", "${x}", "$x", "$1", "$@", "$?", "$$", "\"$@\"", "${x:=$(a)}"]).to_owned(),
        8 => dice.pick(&["'a b'", "$'a\\nb'", "$\"a\"", "''", "\"\"", "\\ ", "\\;", "a\\\nb", "'\n'"]).to_owned(),
        9 => dice
            .pick(&["{a,b}", "{1..3}", "*.c", "?", "[a-z]", "~", "~/x", "{}", "a#b", "a=b", "-n", "--x=y"])
            .to_owned(),
        _ => dice.pick(&["a", "b", "file.txt", "-rf", "/tmp", "x", "1", "%s", "+", ",", ":", "@", "^"]).to_owned(),
    }
}

fn piece_in_quotes(dice: &mut Dice) -> String {
    dice.pick(&["b", "$y", "`c`", "$(d \"e\")", "\\$", "it's", "${z:-\"q\"}", "*", "#", "$((1+1))"]).to_owned()
}

/// The same with something wrong, maybe.
pub fn spoiled(dice: &mut Dice, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..=dice.below(2) {
        let mut at = dice.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let extra = dice.pick(&[
            "(", ")", "{", "}", ";", ";;", "&", "|", "\"", "'", "`", "$(", "${", "$((", "))", "\n", " ", "\\", "<",
            ">", "<<", "fi", "done", "do", "then", " if ", " esac ", "#", "[[", "]]", "=", "((", "!", "for ", "case ",
            "in ", "<<E\n", "\nE\n", "$'", "&&", "||", "{ ", " }",
        ]);
        match dice.below(3) {
            0 => text.insert_str(at, extra),
            1 => {
                let end = (at + 1 + dice.below(4)).min(text.len());
                if text.is_char_boundary(end) {
                    text.replace_range(at..end, "");
                }
            }
            _ => text.truncate(at),
        }
    }
    text
}

/// A smaller text of which the same is true.
pub fn smaller(text: &str, is_so: impl Fn(&str) -> bool) -> String {
    let mut text = text.to_owned();
    let mut size = text.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at + size <= text.len() {
            if text.is_char_boundary(at) && text.is_char_boundary(at + size) {
                let less = [&text[..at], &text[at + size..]].concat();
                if is_so(&less) {
                    text = less;
                    continue;
                }
            }
            at += size;
        }
        size /= 2;
    }
    text
}
