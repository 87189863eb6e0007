// What somebody typed and has not sent yet, kept in this browser. It is sealed with a key that only this person's own pages are given:
// it waits for them, through a closed window and an ended session, and is noise to whoever uses the computer next.

const KEPT_FOR = 30 * 24 * 60 * 60 * 1000
const PREFIX = 'kept:'
const who = document.querySelector('meta[name="person"]')
const waiting = new Map() // name: what is to be kept of it
let writing = Promise.resolve()
let open = Boolean(who)
// Without https a browser has no cryptography: there it is kept as it is, until the window closes.
const key = who && window.crypto.subtle?.importKey('raw', bytes(who.dataset.key), 'AES-GCM', false, ['encrypt', 'decrypt'])

export const person = who?.content || ''
export const page = who?.dataset || {}

// Keep a value under a name, or with null nothing; resolves when that is done. What was asked for last is what stays.
export function keep (name, value) {
  waiting.set(name, value)
  writing = writing.then(() => write(name))
  return writing
}

// Return what is kept for this person under names that begin like this: [name, value, when], in no order.
export async function kept (beginning = '') {
  await writing
  const found = []
  for (const name of names(`${PREFIX}${person}:${beginning}`)) {
    const { at, is } = JSON.parse(shelf().getItem(name))
    try {
      found.push([name.slice(`${PREFIX}${person}:`.length), JSON.parse(await unsealed(is)), at])
    } catch {
      shelf().removeItem(name) // Sealed with a key that this installation does not have any more.
    }
  }
  return found
}

// Forget everything of this person, and keep nothing more on this page: they have signed out.
export async function forget () {
  open = false
  await writing
  for (const name of names(`${PREFIX}${person}:`)) shelf().removeItem(name)
}

async function write (name) {
  if (!waiting.has(name)) return
  const value = waiting.get(name)
  waiting.delete(name)
  try {
    const text = value === null ? '' : JSON.stringify({ at: Date.now(), is: await sealed(JSON.stringify(value)) })
    if (text && open) shelf().setItem(`${PREFIX}${person}:${name}`, text)
    else shelf().removeItem(`${PREFIX}${person}:${name}`)
  } catch { /* A full or forbidden store: what was typed is still on the page. */ }
}

async function sealed (text) {
  if (!key) return text
  const iv = window.crypto.getRandomValues(new Uint8Array(12))
  const noise = new Uint8Array(await window.crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key, new TextEncoder().encode(text)))
  return btoa(Array.from([...iv, ...noise], byte => String.fromCharCode(byte)).join(''))
}

async function unsealed (text) {
  if (!key) return text
  const noise = bytes(text)
  return new TextDecoder().decode(await window.crypto.subtle.decrypt({ name: 'AES-GCM', iv: noise.slice(0, 12) }, await key, noise.slice(12)))
}

function bytes (text) {
  return Uint8Array.from(atob(text), character => character.charCodeAt(0))
}

function shelf () {
  return window.crypto.subtle ? window.localStorage : window.sessionStorage
}

function names (beginning) {
  try {
    return Object.keys(shelf()).filter(name => name.startsWith(beginning))
  } catch {
    return []
  }
}

// What nobody came back for goes, whoever typed it.
for (const name of names(PREFIX)) {
  if (Date.now() - (JSON.parse(shelf().getItem(name)).at || 0) > KEPT_FOR) shelf().removeItem(name)
}
