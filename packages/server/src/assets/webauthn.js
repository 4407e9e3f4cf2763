// Asks the browser for a passkey, or for a new one, when its button is pressed, and posts the answer with the form.
(() => {
  const forms = document.querySelectorAll('form[data-webauthn]');
  const isSupported = typeof window.PublicKeyCredential === 'function' && Boolean(navigator.credentials);

  const toBytes = (text) => {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  };
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '');
  const withBytes = (descriptors) => descriptors?.map((one) => ({ ...one, id: toBytes(one.id) }));

  // WebAuthn Level 3, 5.1.8 and 5.1.9, for browsers that cannot read JSON themselves
  const readRequest = (json) =>
    PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
      ...json,
      challenge: toBytes(json.challenge),
      allowCredentials: withBytes(json.allowCredentials),
    };
  const readCreation = (json) =>
    PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
      ...json,
      challenge: toBytes(json.challenge),
      user: { ...json.user, id: toBytes(json.user.id) },
      excludeCredentials: withBytes(json.excludeCredentials),
    };

  const writeResponse = (response) => {
    const written = { clientDataJSON: toText(response.clientDataJSON) };
    for (const part of ['authenticatorData', 'signature', 'userHandle', 'attestationObject']) {
      if (response[part]) written[part] = toText(response[part]);
    }
    if (response.getTransports) written.transports = response.getTransports();
    return written;
  };
  // WebAuthn Level 3, 5.1.1: toJSON. Written by hand: password managers that stand in for the browser often lack it.
  const writeCredential = (credential) => ({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults?.() ?? {},
    response: writeResponse(credential.response),
  });

  // What the browser calls a problem, and what the page calls it.
  const problems = { NotAllowedError: 'cancelled', AbortError: 'cancelled', SecurityError: 'security' };
  const nameProblem = (error, isNew) => {
    if (error?.name === 'InvalidStateError') return isNew ? 'registered' : 'notRegistered';
    if (error?.name === 'NotSupportedError') return 'unsupported';
    return problems[error?.name] ?? 'other';
  };

  const partOf = (form, selector) => document.querySelector(`[data-passkey="${form.id}"]${selector}`);
  // Stays until the person does something
  const show = (form, message) => {
    const place = partOf(form, '[data-messages]');
    place.replaceChildren();
    if (message === undefined) return;
    const shown = document.createElement('p');
    shown.className = message === 'waiting' ? 'note' : 'problem';
    shown.setAttribute('role', message === 'waiting' ? 'status' : 'alert');
    shown.textContent = partOf(form, `[data-message="${message}"]`).content.textContent;
    place.append(shown);
  };

  // It may stand elsewhere in the page (attribute `form`)
  const buttonOf = (form) => [...form.elements].find((one) => one.matches('button[data-begin]'));

  const ask = (form) => {
    const json = JSON.parse(form.dataset.options);
    return form.dataset.webauthn === 'create'
      ? navigator.credentials.create({ publicKey: readCreation(json) })
      : navigator.credentials.get({ publicKey: readRequest(json) });
  };

  const begin = async (form) => {
    show(form, 'waiting');
    const button = buttonOf(form);
    button.disabled = true;
    try {
      const credential = await ask(form);
      form.elements.namedItem('response').value = JSON.stringify(writeCredential(credential));
      form.submit();
    } catch (error) {
      button.disabled = false;
      show(form, nameProblem(error, form.dataset.webauthn === 'create'));
      button.focus();
    }
  };

  for (const form of forms) {
    // Beside a password it is offered only where it works
    const offer = partOf(form, '[data-offer]');
    if (!isSupported) {
      if (!offer) show(form, 'unsupported');
      buttonOf(form).hidden = true;
      continue;
    }
    if (offer) offer.hidden = false;
    form.addEventListener('submit', (event) => {
      if (!event.submitter?.matches('[data-begin]')) return;
      event.preventDefault();
      if (form.reportValidity()) begin(form);
    });
    // A page that the browser kept and shows again: its question may be asked again.
    window.addEventListener('pageshow', () => {
      buttonOf(form).disabled = false;
      show(form, undefined);
    });
  }
})();
