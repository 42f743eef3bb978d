import { start } from '../shared/app/start.tsx';
import { GateApp } from './gate-app.tsx';
import { gatePaths } from './paths.ts';
import './style/gate.css';

start(<GateApp />, Object.values(gatePaths));
