/**
 * What a client wants to see of a resource (RFC 7644, section 3.9): only `attributes`, or all but
 * `excluded`; names in lower case, dotted or with their schema. What identifies it always stays.
 */
export function shown<R extends object>(
  resource: R,
  attributes: readonly string[],
  excluded: readonly string[],
): object {
  const named = (path: string, names: readonly string[]) =>
    names.some(
      (name) => path === name || (/^[.:]/.test(path.slice(name.length)) && path.startsWith(name)),
    )
  const keeps = (path: string): boolean =>
    always.includes(path) ||
    (attributes.length > 0 ? named(path, attributes) : !named(path, excluded))
  return (part(resource, '', keeps) ?? {}) as object
}

const always: readonly string[] = ['schemas', 'id']

/** A value without what is not kept; undefined when nothing is left. */
function part(value: unknown, path: string, keeps: (path: string) => boolean): unknown {
  if (Array.isArray(value)) {
    const left = value.map((one) => part(one, path, keeps)).filter((one) => one !== undefined)
    return left.length > 0 ? left : undefined
  }
  if (typeof value !== 'object' || value === null) return keeps(path) ? value : undefined
  const left = Object.entries(value).flatMap(([name, one]) => {
    const inside = path === '' ? '' : `${path}${path.startsWith('urn:') ? ':' : '.'}`
    const kept = part(one, `${inside}${name.toLowerCase()}`, keeps)
    return kept === undefined ? [] : [[name, kept]]
  })
  return left.length > 0 ? Object.fromEntries(left) : undefined
}
