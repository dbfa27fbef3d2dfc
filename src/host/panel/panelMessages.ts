/** The panel's messages as vscode-messenger types them. */
import type { NotificationType, RequestType } from 'vscode-messenger-common';
import type { Bookmark } from '../../protocol/bookmarks';
import type { PanelProgress } from '../../protocol/panelApi';
import {
  PANEL_METHODS,
  type EngineState,
  type FileNews,
  type OtherPlace,
  type PanelAction,
  type PanelAnswer,
  type PanelLocation,
  type PanelQuery,
  type PanelState,
} from '../../protocol/panelApi';

export const READY: RequestType<undefined, PanelState> = { method: PANEL_METHODS.ready };
export const QUERY: RequestType<PanelQuery, PanelAnswer> = { method: PANEL_METHODS.query };
export const OPEN_OTHER: RequestType<{ path: string }, PanelAnswer<'open'>> = {
  method: PANEL_METHODS.openOther,
};
export const CANCEL: NotificationType<{ id: number }> = { method: PANEL_METHODS.cancel };
/** Unknown until it is read: what a webview sends is checked before it is stored. */
export const SET_OPTIONS: NotificationType<unknown> = { method: PANEL_METHODS.setOptions };
export const SET_LOCATION: NotificationType<PanelLocation> = { method: PANEL_METHODS.setLocation };
/** Unknown until it is read, as options are. */
export const SET_BOOKMARK: NotificationType<unknown> = { method: PANEL_METHODS.setBookmark };
export const BOOKMARKS: NotificationType<readonly Bookmark[]> = { method: PANEL_METHODS.bookmarks };
export const OPEN_BESIDE: NotificationType<PanelLocation> = { method: PANEL_METHODS.openBeside };
export const SHOW_OTHER: NotificationType<OtherPlace> = { method: PANEL_METHODS.showOther };
export const FOCUS: NotificationType<{ focused: boolean }> = { method: PANEL_METHODS.focus };
export const ACTION: NotificationType<{ action: PanelAction }> = { method: PANEL_METHODS.action };
/** Unknown until it is read: what a webview sends is checked. */
export const EXPORT: NotificationType<unknown> = { method: PANEL_METHODS.export };
/** Unknown until it is read, as options are. */
export const EXPORT_STITCHED: NotificationType<unknown> = {
  method: PANEL_METHODS.exportStitched,
};
/** Unknown until it is read, as options are. */
export const SAVE_PICTURE: NotificationType<unknown> = { method: PANEL_METHODS.savePicture };
export const COPY: NotificationType<{ text: string }> = { method: PANEL_METHODS.copy };
export const PROGRESS: NotificationType<PanelProgress> = { method: PANEL_METHODS.progress };
export const CHANGED: NotificationType<PanelState> = { method: PANEL_METHODS.changed };
export const REVEAL: NotificationType<PanelLocation> = { method: PANEL_METHODS.reveal };
export const PRESS: NotificationType<{ chord: string }> = { method: PANEL_METHODS.press };
export const ENGINE: NotificationType<{ state: EngineState }> = { method: PANEL_METHODS.engine };
export const STALE: NotificationType<FileNews> = { method: PANEL_METHODS.stale };
