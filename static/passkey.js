// Makes and uses passkeys: asks our server what to sign, the browser for the passkey, and sends the form with its answer.
const known = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON

const SAID = {
  NotAllowedError: 'No passkey was used: you cancelled, or it took too long. Press the button to try again.',
  InvalidStateError: 'This passkey is one of yours already.',
  SecurityError: 'Passkeys work only at the address under which this service is known. Open it there, or use another way.'
}
const OTHERWISE = 'The passkey did not work here. Try again, or use another way.'

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!known) break
  for (const part of form.querySelectorAll('[data-passkey-on]')) part.hidden = false
  for (const part of form.querySelectorAll('[data-passkey-off]')) part.hidden = true
  for (const part of document.querySelectorAll('[data-passkey-shown]')) part.hidden = false
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (!form.dataset.asking) ask(form)
  })
}

async function ask (form) {
  const fault = form.querySelector('[data-passkey-fault]')
  fault.hidden = true
  const name = form.elements.namedItem('name')
  if (name && !name.value.trim()) return say(fault, 'Enter a name by which you know this passkey again.', name)
  form.dataset.asking = 'yes'
  try {
    const answer = await fetch(form.dataset.options, { method: 'POST' })
    if (!answer.ok || !answer.headers.get('content-type')?.startsWith('application/json')) throw new Error('no options')
    form.elements.credential.value = JSON.stringify((await credential(form.dataset.passkey, await answer.json())).toJSON())
    form.submit()
  } catch (error) {
    say(fault, SAID[error.name] || OTHERWISE)
  } finally {
    delete form.dataset.asking
  }
}

function say (fault, sentence, field) {
  fault.textContent = sentence
  fault.hidden = false
  field?.focus()
}

function credential (verb, options) {
  return verb === 'create'
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
}
