// The request that saves answers of the audit tool: by field the mark of what they were typed over, what was sent before, and the text now.

export function put (base, page, changes, keepalive = false) {
  const body = bodyOf(page, changes)
  return fetch(`${base}/answers`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body, keepalive })
}

export function bodyOf (page, changes) {
  return JSON.stringify({ page, answers: Object.fromEntries(changes) })
}
