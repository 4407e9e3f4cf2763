import type { Handler } from './door.ts';
import { showLogout, submitLogout } from './pages/logout.ts';
import { refuseSaml1, sendAlive, sendAsset, sendMetadata, sendReady, sendSignOnReady } from './pages/machineAnswers.ts';
import { receivePost, receiveRedirect, receiveUnsolicitedSso, repostAttempt, showAttempt } from './pages/receiveSso.ts';
import { showBookmark, showFront } from './pages/showServices.ts';
import { submitChangePassword } from './pages/submitChangePassword.ts';
import { submitEnrol, submitNotice } from './pages/submitEnrol.ts';
import { submitLogin } from './pages/submitLogin.ts';
import { submitPasskey, submitStepUp } from './pages/submitStepUp.ts';
import { backToAuthenticators, submitPrefer, submitRename } from './portal/authenticators/changeOne.ts';
import { showPasskeyEnrolment, submitPasskeyEnrolment } from './portal/authenticators/enrolPasskey.ts';
import { showTotpEnrolment, submitTotpEnrolment } from './portal/authenticators/enrolTotp.ts';
import { showExport, submitExport } from './portal/authenticators/exporting.ts';
import { showRemoval, submitRemoval } from './portal/authenticators/removal.ts';
import { proveForAuthenticators, showAuthenticators } from './portal/authenticators/showAuthenticators.ts';
import { showTrial, submitTrial } from './portal/authenticators/trial.ts';
import { showPortalLogin, submitPortalLogin } from './portal/portalLogin.ts';
import { showPortal } from './portal/showPortal.ts';
import { backToPortal, submitEnd, submitEndOthers } from './portal/submitEnd.ts';
import { submitPortalPassword } from './portal/submitPortalPassword.ts';
import { submitPortalPasskey, submitPortalStepUp } from './portal/submitPortalStepUp.ts';

export type Route = {
  /** Exactly, or with one more slash at its end; one that ends with a slash means everything below it. */
  readonly path: string;
  readonly GET?: Handler;
  readonly POST?: Handler;
  /** A GET may use up a login, so neither HEAD nor a browser's looking ahead gets an answer. */
  readonly once?: true;
  /** Not worth a line in the log. */
  readonly quiet?: true;
  /** Stands behind Express, for what is made for it: passport's strategies, and express-session. */
  readonly express?: true;
};

/** What a balancer asks. */
export const signOnProbe = '/readyz/sign-on';

/** Every address of this door (DESIGN section 2: Shibboleth's own paths). */
export const routes: readonly Route[] = [
  { path: '/', GET: showFront },
  { path: '/idp/shibboleth', GET: sendMetadata },
  { path: '/idp/profile/SAML2/Redirect/SSO', GET: receiveRedirect, once: true },
  { path: '/idp/profile/SAML2/POST/SSO', POST: receivePost },
  { path: '/idp/profile/SAML2/Unsolicited/SSO', GET: receiveUnsolicitedSso, once: true },
  { path: '/idp/sso', GET: showAttempt, POST: repostAttempt, once: true },
  { path: '/idp/login', GET: showBookmark, POST: submitLogin, express: true },
  { path: '/idp/step-up', GET: showBookmark, POST: submitStepUp },
  { path: '/idp/webauthn', GET: showBookmark, POST: submitPasskey },
  { path: '/idp/enrol', GET: showBookmark, POST: submitEnrol },
  { path: '/idp/notice', GET: showBookmark, POST: submitNotice },
  { path: '/idp/change-password', GET: showBookmark, POST: submitChangePassword },
  { path: '/idp/profile/Logout', GET: showLogout, POST: submitLogout },
  { path: '/portal', GET: showPortal, once: true, express: true },
  { path: '/portal/login', GET: showPortalLogin, POST: submitPortalLogin, once: true, express: true },
  { path: '/portal/end', GET: backToPortal, POST: submitEnd, express: true },
  { path: '/portal/end-others', GET: backToPortal, POST: submitEndOthers, express: true },
  { path: '/portal/step-up', GET: backToPortal, POST: submitPortalStepUp, express: true },
  { path: '/portal/webauthn', GET: backToPortal, POST: submitPortalPasskey, express: true },
  { path: '/portal/change-password', GET: backToPortal, POST: submitPortalPassword, express: true },
  { path: '/portal/authenticators', GET: showAuthenticators, once: true, express: true },
  { path: '/portal/authenticators/prove', GET: proveForAuthenticators, once: true, express: true },
  { path: '/portal/authenticators/totp', GET: showTotpEnrolment, POST: submitTotpEnrolment, once: true, express: true },
  {
    path: '/portal/authenticators/passkey',
    GET: showPasskeyEnrolment,
    POST: submitPasskeyEnrolment,
    once: true,
    express: true,
  },
  { path: '/portal/authenticators/test', GET: showTrial, POST: submitTrial, once: true, express: true },
  { path: '/portal/authenticators/rename', GET: backToAuthenticators, POST: submitRename, express: true },
  { path: '/portal/authenticators/prefer', GET: backToAuthenticators, POST: submitPrefer, express: true },
  { path: '/portal/authenticators/export', GET: showExport, POST: submitExport, once: true, express: true },
  { path: '/portal/authenticators/remove', GET: showRemoval, POST: submitRemoval, once: true, express: true },
  { path: '/idp/profile/Shibboleth/SSO', GET: refuseSaml1, POST: refuseSaml1 },
  { path: '/idp/profile/SAML1/', GET: refuseSaml1, POST: refuseSaml1 },
  { path: '/healthz', GET: sendAlive, quiet: true },
  { path: '/readyz', GET: sendReady, quiet: true },
  { path: signOnProbe, GET: sendSignOnReady, quiet: true },
  { path: '/assets/', GET: sendAsset, quiet: true },
];
