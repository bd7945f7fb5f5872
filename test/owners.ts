const caseOf = `(select c.agency from cases.case c where c.id = r.case_id)`

/**
 * For every table with row-level security: whose a row is, in SQL over the row `r`. A case and what
 * belongs to it is its agency's; a draft and a message are nobody's but their holder's.
 */
export const owners: Readonly<Record<string, { agency: string; person: string; secret: string }>> =
  {
    'core.event': { agency: 'r.agency', person: 'null', secret: 'null' },
    'cases.case': { agency: 'r.agency', person: 'r.assignee', secret: 'r.secret_hash' },
    ...Object.fromEntries(
      ['party', 'clock', 'statement', 'attachment', 'follower', 'look', 'survey'].map((name) => [
        `cases.${name}`,
        {
          agency: caseOf,
          person: '(select c.assignee from cases.case c where c.id = r.case_id)',
          secret: '(select c.secret_hash from cases.case c where c.id = r.case_id)',
        },
      ]),
    ),
    'cases.interaction': {
      agency: caseOf,
      person: `coalesce((select c.assignee from cases.case c where c.id = r.case_id),
      case when r.case_id is null then r.kept_by end)`,
      secret: '(select c.secret_hash from cases.case c where c.id = r.case_id)',
    },
    'cases.area_watch': { agency: 'null', person: 'null', secret: 'null' },
    'cases.template': { agency: 'r.agency', person: 'null', secret: 'null' },
    'enquiries.enquiry': { agency: 'r.agency', person: 'r.operator', secret: 'null' },
    'call_centre.call': { agency: 'null', person: 'r.operator', secret: 'null' },
    'messages.message': {
      agency: 'null',
      person: `case when r.channel = 'inbox' then r.recipient end`,
      secret: 'null',
    },
    'knowledge.article': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.version': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.feedback': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.gap': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.asked': { agency: 'r.agency', person: 'null', secret: 'null' },
    'chatbot.conversation': { agency: 'null', person: 'r.operator', secret: 'r.secret' },
    'chatbot.turn': {
      agency: 'null',
      person: '(select c.operator from chatbot.conversation c where c.id = r.conversation)',
      secret: '(select c.secret from chatbot.conversation c where c.id = r.conversation)',
    },
    ...Object.fromEntries(
      ['booking', 'waiting'].map((name) => [
        `bookings.${name}`,
        { agency: 'r.agency', person: 'null', secret: 'r.secret_hash' },
      ]),
    ),
    'legal_aid.matter': { agency: 'r.agency', person: 'null', secret: 'null' },
    'legal_aid.tie': { agency: 'null', person: 'null', secret: 'null' },
    'health_counter.service': { agency: 'r.agency', person: 'null', secret: 'null' },
    'forms.draft': { agency: 'null', person: 'null', secret: `encode(r.key_hash, 'hex')` },
    'open311.api_key': { agency: 'null', person: 'null', secret: 'r.key_hash' },
  }

/** Rows that everyone may read, though only their agency may change them: what is published. */
export const published: Readonly<Record<string, string>> = {
  'knowledge.article': `r.state = 'published'`,
  'knowledge.version': `exists (select from knowledge.article a
    where a.id = r.article and a.state = 'published')`,
}

/** Rows that not even the whole city's scope shows. */
export const holdersOnly = ['forms.draft']
