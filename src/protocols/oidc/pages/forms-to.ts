/** The header of the content security policy. */
export const policyHeader = 'content-security-policy'

/**
 * A content security policy under which forms may lead on to an address: browsers hold
 * `form-action` against every redirect that follows a form, and the last goes to another site.
 */
export function formsTo(policy: string, address: string): string {
  const { origin, protocol } = new URL(address)
  const to = origin === 'null' ? protocol : origin
  return policy.replace("form-action 'self'", `form-action 'self' ${to}`)
}
