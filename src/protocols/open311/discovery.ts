import type { Platform } from '../../core/context.ts'
import { cityProfile } from '../../kernel/cases/pack.ts'
import type { Answer } from './format.ts'

/** When the shape of these answers last changed; clients that cache the discovery compare it. */
const changeset = '2026-07-01T00:00:00+08:00'
const formats = ['text/xml', 'application/json']

/** Where the service is and what it speaks, as Open311's service discovery describes it. */
export function discovery(platform: Platform): Answer {
  const profile = cityProfile(platform.city)
  const { origin, demo } = platform.config
  const key = demo
    ? '示範環境請用 api_key=demo。 In this demonstration use api_key=demo.'
    : `請撥 ${profile.hotline} 申請金鑰。 Call ${profile.hotline} to ask for a key.`
  const about = {
    changeset,
    contact: `${profile.name.zh} ${profile.name.en}, ${profile.hotline}`,
    key_service: key,
  }
  const endpoint = {
    specification: 'http://wiki.open311.org/GeoReport_v2',
    url: `${origin}/open311/v2`,
    changeset,
    type: demo ? 'test' : 'production',
  }
  return {
    json: { ...about, endpoints: [{ ...endpoint, formats }] },
    root: 'discovery',
    content: {
      ...about,
      endpoints: { endpoint: [{ ...endpoint, formats: { format: formats } }] },
    },
  }
}
