// @ts-check
// The host's own dialog as a place to ask: its rules are changed so that it asks about commands and web fetches.
// Never about edits: a rule for those would loosen the one of the plan mode.

/** What may be asked for, by the host's names. */
const PERMISSIONS = ['bash', 'webfetch']

/**
 * Changes the rules, and gives the permissions that the host asks for now because of that. Left alone is a permission
 * that the user or an agent has a rule of its own for which asks (an answer of ours would not be theirs), and one that
 * an agent's rule would let pass unasked.
 *
 * @param {any} config the host's configuration
 * @returns {string[]}
 */
export function takeLane(config) {
  const whole = config.permission
  if (whole !== undefined && whole !== 'allow' && (typeof whole !== 'object' || whole === null)) return []
  const rules = typeof whole === 'object' ? whole : whole === undefined ? {} : { '*': whole }
  if (has(rules['*'], 'ask')) return []
  const agents = [...Object.values(config.agent ?? {}), ...Object.values(config.mode ?? {})]
  const taken = PERMISSIONS.filter((name) => !has(rules[name], 'ask') && !agents.some((/** @type {any} */ agent) => isSaid(agent?.permission, name)))
  for (const name of taken) {
    const rule = asking(rules[name])
    delete rules[name]
    rules[name] = rule // the last rule wins
  }
  if (taken.length > 0) config.permission = rules
  return taken.filter((name) => has(rules[name], 'ask'))
}

/** The rules for one permission with "ask" in place of "allow". What is denied stays denied. @param {any} rule */
function asking(rule) {
  if (rule === 'deny') return rule
  if (typeof rule !== 'object' || rule === null) return 'ask'
  const changed = Object.entries(rule).map(([pattern, action]) => [pattern, action === 'allow' ? 'ask' : action])
  return '*' in rule ? Object.fromEntries(changed) : { '*': 'ask', ...Object.fromEntries(changed) }
}

/** @param {any} rule @param {string} action */
const has = (rule, action) => rule === action || (typeof rule === 'object' && rule !== null && Object.values(rule).includes(action))

/** Whether an agent has rules that decide about a permission. @param {any} permission @param {string} name */
const isSaid = (permission, name) =>
  permission !== undefined && (typeof permission !== 'object' || permission === null || name in permission || '*' in permission)
