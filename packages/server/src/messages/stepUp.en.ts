import type { StepUpTexts } from './stepUpTexts.ts';

export const stepUpTextsEn: StepUpTexts = {
  title: 'Confirm that it is you',
  account: 'You are signing in as {username}.',
  why: {
    heading: 'Why am I asked?',
    service: '“{service}” has to be sure that it is you, so it asks for more than a password.',
    outside: 'From outside {networks}, the password alone is not enough.',
    inside: 'From {networks}, the password alone is not enough here.',
    rule: 'Your university asks for more than a password here.',
    placedInside: 'You are connected from {networks} (your address is {address}).',
    placedExcluded:
      'Your address {address} does not count as {networks}. Guest Wi-Fi and eduroam do not, even when you are there.',
    placedOutside: 'You are connected from outside {networks} (your address is {address}).',
    placedUnknown:
      'Your address did not reach us, so we cannot see whether you are connected from {networks}. Please tell the help desk.',
    elsewhere: 'From {networks}, less is asked for.',
    and: ' or ',
    onCampus: 'On campus, and asked all the same?',
    relay:
      'Your device may hide where you are. In Safari, switch off “Hide IP Address” (in the settings of Safari, or “Limit IP Address Tracking” of your Wi-Fi network); switch off iCloud Private Relay as well.',
    hidden:
      'The mobile line of a phone, guest Wi-Fi, eduroam and a VPN of another company count as outside. Use the campus Wi-Fi or the university’s VPN, and switch other VPNs off.',
    checkAgain: 'Check again',
  },
  totp: {
    text: 'Open the app “{name}”, and type the code that it shows for {organization}.',
    code: 'One-time code (six digits)',
    hint: 'The code changes every 30 seconds.',
    submit: 'Continue',
    countdown: 'You will have to start again after {remaining} more wrong {remaining|code|codes}.',
  },
  passkey: {
    text: 'Use a passkey or security key that you registered: {names}.',
    submit: 'Use the passkey',
    signIn: 'Sign in with a passkey',
    or: 'or',
    help: 'How do I use my passkey?',
    device: 'On this device: your browser asks for your fingerprint, face, PIN or screen lock.',
    windows:
      'On Windows, Windows Hello comes first. To use a security key or a phone instead, press “Cancel” or “Use another device” in that window.',
    key: 'Security key: plug it in or hold it to the device, and touch it when it blinks.',
    phone: 'On your phone: choose “phone” or “another device”, and scan the QR code with the camera of the phone.',
    noScript:
      'A passkey needs JavaScript, and it is switched off in your browser. Switch it on, or choose another way.',
    waiting: 'Follow the window of your browser.',
    notMade: 'It was cancelled, or took too long, and nothing was set up. Press the button to try once more.',
  },
  passkeyProblems: {
    cancelled:
      'It was cancelled, or took too long. Press the button to try once more. On Windows, choose “Use another device” if your passkey is not on this computer.',
    security:
      'The browser refuses to use a passkey at this address. Check that the address is that of your university, then open the service again. If it goes on, tell the help desk.',
    unsupported:
      'This browser cannot use passkeys. Open the service in an up-to-date Safari, Chrome, Edge or Firefox, or choose another way.',
    registered: 'This device or key is registered already. Use another one, or go on with this one.',
    notRegistered: 'No passkey on this device fits. Use the device or key that you registered, or choose another way.',
    other: 'The passkey could not be used. Press the button to try once more, or choose another way.',
  },
  others: {
    heading: 'Another way',
    totp: 'Code from the app “{name}”',
    webauthn: 'Passkey or security key ({names})',
    none: 'You have set up no other way.',
  },
  lost: 'Phone or key lost, broken or replaced?',
  lostText:
    'Choose another way above, and afterwards remove the lost one and add the new one on the page “Ways to confirm it is you”. If you have no other way, take an identity card to the help desk.',
  timedOut: {
    title: 'That took a little too long',
    text: 'For your protection, a sign-in has to be finished within ten minutes.',
    next: 'Please enter your password once more.',
  },
  enrol: {
    title: 'Set up two-step sign-in',
    text: 'This sign-in needs something besides your password. You can set it up right here, and then go on.',
    choose: 'What would you like to use?',
    kinds: {
      webauthn: {
        name: 'Passkey or security key',
        text: 'The fingerprint, face, PIN or screen lock of this device or of your phone, or a security key. Nothing to type, and the safest way.',
      },
      totp: {
        name: 'App for one-time codes',
        text: 'An app on your phone shows six digits that you type when you sign in. It works without a connection.',
      },
    },
    anyApp:
      'Install an app for one-time codes on your phone. Any app that knows “TOTP” or “authenticator codes” will do; many phones and password managers have one built in.',
    scan: 'In the app, add an account and scan this picture.',
    type: 'Type the code that the app shows now.',
    submit: 'Finish and continue',
    passkeyText:
      'Your browser will ask for a fingerprint, a face or a PIN, or for a touch on your security key. What it reads of you never leaves the device.',
    passkeySubmit: 'Set up a passkey and continue',
    noScript: 'A passkey needs JavaScript, and it is switched off in your browser. Switch it on, or choose an app.',
    another: 'Choose something else',
    later: 'Later',
    laterHint:
      'Takes you back to the service without signing in. For an hour you can go on where you were, in this same browser.',
    laterContinue: 'Later, go on to the service',
    laterContinueHint: 'Nothing is lost: you can set it up at your next sign-in.',
  },
  unreachable: {
    title: 'More than a password is needed here',
    text: 'You have not set up a second way to confirm that fits, and it cannot be set up from where you are, so that nobody who stole your password can do it.',
    elsewhere: 'You can sign in to this service from {networks}: connect there, and open the service again.',
    elsewhereToPage: 'You can open this page from {networks}: connect there, and open it again.',
    enrolment: 'You can set up a second way to confirm from {networks}.',
    nowhere: 'To set it up, please go to the help desk.',
    lost: 'If you had one and lost it, take an identity card to the help desk.',
    back: 'Back to the service',
    backHint:
      'The service learns that you could not sign in in the way that is needed. Nothing else about you is sent.',
  },
  notice: {
    title: 'Signing in is going to change',
    text: 'This concerns you. Please set up in time what you will need.',
    from: 'From {date}',
    outside: 'From outside {networks}, you will need more than your password.',
    inside: 'From {networks}, you will need more than your password.',
    rule: 'You will need more than your password.',
    now: 'It takes about three minutes: with an app on your phone, or with a passkey.',
    setUp: 'Set it up now',
    elsewhere: 'You can set it up from {networks}. From where you are it is not possible.',
    later: 'Later, go on to the service',
    laterHint: 'You will be reminded at your next sign-in.',
  },
};
