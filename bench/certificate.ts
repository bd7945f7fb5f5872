import { certificatesOf } from '../src/kernel/identity/certificate/der.ts'
import { verifySigned } from '../src/kernel/identity/certificate/verify.ts'
import { openAuthority, sign, testPolicy } from '../test/ca.ts'

/*
 * How long the check of one signature takes, without asking the issuer: PKCS#7, chain of three,
 * policy. `node --import tsx bench/certificate.ts`
 */
const rounds = 300
const authority = await openAuthority()
const [root] = certificatesOf(await authority.pem('root.pem'))
const [issuing] = certificatesOf(await authority.pem('issuing.pem'))
const trust = { roots: [root!], between: [issuing!], policies: [testPolicy], answers: [] }
const text = 'https://city.example sign-in AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

for (const key of ['rsa', 'ec'] as const) {
  const der = await sign(authority, text, [await authority.issue({ key })])
  const times: number[] = []
  for (let n = 0; n < rounds; n++) {
    const began = performance.now()
    await verifySigned(der, Buffer.from(text), trust, new Date(Date.now() + 2000))
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const [median, late] = [times[rounds / 2]!, times[Math.floor(rounds * 0.95)]!]
  console.log(`${key}: median ${median.toFixed(1)} ms, 95 % under ${late.toFixed(1)} ms`)
}
authority.close()
